import { expandPath, runProgram } from '@holdfast/engine/parts';
import { existsSync } from 'node:fs';
import { settingOf, type Finding, type SshSettings, type TunnelLook } from './look.ts';

/**
 * Whether the key of the server is known, so that ssh need not ask: in the background nobody could answer.
 *
 * @see ssh_config(5), StrictHostKeyChecking, HostKeyAlias; ssh-keygen(1), -F.
 */
export async function checkHostKey({ settings, env }: TunnelLook): Promise<readonly Finding[]> {
  if (settingOf(settings, 'knownhostscommand') !== undefined) return [];
  const name = hostKeyName(settings);
  for (const file of knownHostsFiles(settings)) {
    const { status } = await runProgram('ssh-keygen', ['-F', name, '-f', file], env);
    if (status === 0) {
      return [{ verdict: 'ok', about: 'host-key', sentence: `the host key of ${name} is known` }];
    }
  }
  return [unknownKey(name, settings)];
}

/** The name under which ssh looks for the key. */
export function hostKeyName(settings: SshSettings): string {
  const alias = settingOf(settings, 'hostkeyalias');
  if (alias !== undefined) return alias;
  const host = settingOf(settings, 'hostname') ?? '';
  const port = settingOf(settings, 'port') ?? '22';
  return port === '22' ? host : `[${host}]:${port}`;
}

function knownHostsFiles(settings: SshSettings): readonly string[] {
  return ['userknownhostsfile', 'globalknownhostsfile']
    .flatMap((keyword) => settingOf(settings, keyword)?.split(' ') ?? [])
    .flatMap((path) => expandPath(path) ?? [])
    .filter((path) => existsSync(path));
}

function unknownKey(name: string, settings: SshSettings): Finding {
  const strictness = settingOf(settings, 'stricthostkeychecking') ?? 'ask';
  if (['false', 'no', 'off', 'accept-new'].includes(strictness)) {
    return {
      verdict: 'warning',
      about: 'host-key',
      sentence: `the host key of ${name} is not known; ssh accepts whatever key it is shown first`,
      remedy: 'connect once by hand, and compare the key',
    };
  }
  return {
    verdict: 'problem',
    about: 'host-key',
    sentence: `the host key of ${name} is not known, and in the background nobody can confirm it`,
    remedy: 'connect once by hand with ssh, and compare the key',
  };
}
