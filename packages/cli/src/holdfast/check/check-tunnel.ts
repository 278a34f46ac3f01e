import type { TunnelSpec } from '@holdfast/engine';
import type { Finding } from './finding.ts';
import { checkHostKey } from './host-key.ts';
import { checkIdentities } from './identities.ts';
import type { TunnelLook } from './look.ts';
import { checkOptions } from './options.ts';
import { checkPorts } from './ports.ts';
import { runProgram } from './run-program.ts';
import { parseSshSettings } from './ssh-settings.ts';
import { checkWaits } from './waits.ts';

/** What a tunnel finds around it. */
export interface CheckSurroundings extends Pick<TunnelLook, 'env' | 'agentKeys'> {
  readonly all: readonly TunnelSpec[];
  readonly pids: ReadonlyMap<string, number>;
}

/** Everything that would keep one tunnel from coming up, as far as this machine knows. */
export async function checkTunnel(
  tunnel: TunnelSpec,
  around: CheckSurroundings,
): Promise<readonly Finding[]> {
  const findings = await findAll(tunnel, around);
  return findings.map((finding) => ({ ...finding, tunnel: tunnel.name }));
}

async function findAll(tunnel: TunnelSpec, around: CheckSurroundings): Promise<readonly Finding[]> {
  const { env, agentKeys, all, pids } = around;
  const before = [...checkWaits(tunnel, all), ...checkOptions(tunnel)];
  const words = ['-G', ...tunnel.options, '--', tunnel.host];
  const { status, stdout, stderr } = await runProgram('ssh', words, env);
  if (status !== 0) return [...before, refused(stderr)];
  const settings = parseSshSettings(stdout);
  const missingKeys = readMissingKeys(stderr);
  const look = { tunnel, settings, missingKeys, pid: pids.get(tunnel.name), env, agentKeys };
  return [...before, ...(await checkHostKey(look)), ...checkIdentities(look), ...checkPorts(look)];
}

/** ssh forgets a key file that is not there, but says so. */
function readMissingKeys(stderr: string): readonly string[] {
  const warnings = stderr.matchAll(/^Warning: Identity file (.*) not accessible: /gm);
  return [...warnings].map(([, path]) => path!);
}

function refused(stderr: string): Finding {
  const [line] = stderr.trim().split('\n');
  return {
    verdict: 'problem',
    about: 'settings',
    sentence: `ssh refuses these options: ${line || 'it does not say why'}`,
    remedy: 'see options in the file of tunnels, and ssh_config',
  };
}
