import type { TunnelSpec } from '@holdfast/engine';
import { expandHome, type ProgramResult, runProgram } from '@holdfast/engine/parts';
import { readSshWords, settingOfOption } from '@holdfast/engine/ssh-options';
import { checkHostKey } from './host-key.ts';
import { checkIdentities } from './identities.ts';
import { type Finding, parseSshSettings, type TunnelLook } from './look.ts';
import { checkOptions } from './options.ts';
import { checkPorts } from './ports.ts';
import { checkSameServer, type SettledHost } from './same-server.ts';
import { checkSshConfig } from './ssh-config.ts';

/** What a tunnel finds around it. */
export interface OtherFacts extends Pick<TunnelLook, 'env' | 'agentKeys'> {
  readonly all: readonly TunnelSpec[];
  readonly pids: ReadonlyMap<string, number>;
}

/** Programs of `Match exec` may take a while; one that hangs must not hold up the rest. */
const LONGEST_MS = 5000;
const AT_A_TIME = 8;

/** Everything that would keep tunnels from coming up, as far as this machine knows. */
export async function checkTunnels(
  tunnels: readonly TunnelSpec[],
  around: OtherFacts,
): Promise<readonly Finding[]> {
  const asked = await askAll(around);
  const settled = [...asked].flatMap(([tunnel, { status, stdout }]): readonly SettledHost[] =>
    status === 0 ? [{ tunnel, settings: parseSshSettings(stdout) }] : [],
  );
  const found: Finding[] = [];
  for (const tunnel of tunnels) {
    const findings = await checkTunnel(tunnel, asked.get(tunnel)!, { ...around, settled });
    found.push(...findings.map((finding) => ({ ...finding, tunnel: tunnel.name })));
  }
  return found;
}

/** What ssh makes of each tunnel: `ssh -G` reads ssh_config, and connects nowhere. */
async function askAll({ all, env }: OtherFacts) {
  const asked = new Map<TunnelSpec, ProgramResult>();
  const waiting = [...all];
  const work = async () => {
    for (let tunnel = waiting.shift(); tunnel !== undefined; tunnel = waiting.shift()) {
      const words = ['-G', '-N', ...tunnel.options.map(expandHome), '--', tunnel.host];
      asked.set(tunnel, await runProgram('ssh', words, env, LONGEST_MS));
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  return new Map(all.map((tunnel) => [tunnel, asked.get(tunnel)!]));
}

async function checkTunnel(
  tunnel: TunnelSpec,
  { status, stdout, stderr }: ProgramResult,
  around: OtherFacts & { readonly settled: readonly SettledHost[] },
): Promise<readonly Finding[]> {
  const { env, agentKeys, all, pids, settled } = around;
  const before = [...checkWaits(tunnel, all), ...checkOptions(tunnel)];
  if (status === null) return [...before, silent];
  if (status !== 0) return [...before, refused(stderr)];
  const settings = parseSshSettings(stdout);
  const look: TunnelLook = {
    tunnel,
    settings,
    ownKeywords: ownKeywords(tunnel),
    missingKeys: readMissingKeys(stderr),
    pid: pids.get(tunnel.name),
    env,
    agentKeys,
  };
  return [
    ...before,
    ...checkSshConfig(look),
    ...(await checkHostKey(look)),
    ...checkIdentities(look),
    ...(await checkPorts(look)),
    ...checkSameServer({ tunnel, settings }, settled),
  ];
}

function ownKeywords({ options }: TunnelSpec): ReadonlySet<string> {
  const keywords = readSshWords(options).options.map((option) => settingOfOption(option)?.keyword);
  return new Set(keywords.filter((keyword) => keyword !== undefined));
}

/** ssh forgets a key file that is not there, but says so. */
function readMissingKeys(stderr: string): readonly string[] {
  const warnings = stderr.matchAll(/^Warning: Identity file (.*) not accessible: /gm);
  return [...warnings].map(([, path]) => path!);
}

const silent: Finding = {
  verdict: 'problem',
  about: 'settings',
  sentence: `ssh -G did not end within ${LONGEST_MS / 1000} s: a Match exec program in ssh_config may hang`,
  remedy: 'see Match exec in ssh_config: ssh runs it at each start',
};

function refused(stderr: string): Finding {
  const [line] = stderr.trim().split('\n');
  return {
    verdict: 'problem',
    about: 'settings',
    sentence: `ssh refuses these options: ${line || 'it does not say why'}`,
    remedy: 'see options in the tunnels file, and ssh_config',
  };
}

/** Whether the tunnels that this one waits for will be started. */
export function checkWaits({ after }: TunnelSpec, all: readonly TunnelSpec[]): readonly Finding[] {
  return after
    .filter((name) => all.some((other) => other.name === name && !other.enabled))
    .map((name) => ({
      verdict: 'warning',
      about: 'after',
      sentence: `it waits for ${name}, which is not enabled`,
      remedy: `enable ${name}, or start both by name`,
    }));
}
