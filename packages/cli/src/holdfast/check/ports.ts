import {
  findHeldForwards,
  heldForwardFailure,
  pathFailure,
  socketPath,
  systemErrorText,
  whatIsAt,
} from '@holdfast/engine/parts';
import { isBeyondLoopback } from '@holdfast/engine/forward';
import { accessSync, constants, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { settingOf, type Finding, type FindingText, type TunnelLook } from './look.ts';

type Forward = TunnelLook['tunnel']['forwards'][number];

/** Whether the places of the forwards are free, or the tunnel's own, and it may listen there. */
export async function checkPorts(look: TunnelLook): Promise<readonly Finding[]> {
  const found: FindingText[] = [];
  for (const forward of look.tunnel.forwards) {
    found.push(...checkHeld(forward, look.pid), ...checkPrivilege(forward, look));
    found.push(...checkGateway(forward));
    if (look.pid === undefined) found.push(...(await checkSocket(forward, look)));
  }
  return found.map((each) => ({ ...each, about: 'port' }));
}

function checkHeld(forward: Forward, pid: number | undefined): readonly FindingText[] {
  const failure = heldForwardFailure(findHeldForwards([forward], pid));
  if (failure === undefined) return [];
  const { sentence, remedy } = failure;
  return [{ verdict: 'problem', sentence, ...(remedy === undefined ? {} : { remedy }) }];
}

function checkPrivilege(
  { kind, text, listen }: Forward,
  { pid, settings }: TunnelLook,
): readonly FindingText[] {
  if (listen.kind !== 'tcp' || listen.port === 0) return [];
  if (kind === 'remote') {
    const user = settingOf(settings, 'user');
    if (listen.port >= 1024 || user === undefined || user === 'root') return [];
    return [
      {
        verdict: 'warning',
        sentence: `${text} asks for port ${listen.port} of the server: below 1024 only root may listen, and ssh logs in as ${user}`,
        remedy: 'choose port 1024 or higher',
      },
    ];
  }
  const first = firstFreePort();
  if (pid !== undefined || listen.port >= first || mayBindAll()) return [];
  return [
    {
      verdict: 'problem',
      sentence: `${text} listens on port ${listen.port}: below ${first} only root may`,
      remedy: `choose port ${first} or higher, or lower net.ipv4.ip_unprivileged_port_start (sysctl)`,
    },
  ];
}

/** What sshd does not allow it grants all the same, and binds at loopback. @see sshd_config(5), GatewayPorts */
function checkGateway({ kind, text, listen }: Forward): readonly FindingText[] {
  if (kind !== 'remote' || !isBeyondLoopback(listen)) return [];
  return [
    {
      verdict: 'ok',
      sentence: `whether -R ${text} can be reached from other machines is up to the server: with GatewayPorts no, the default, it listens on its loopback only, without saying so`,
      remedy: 'set GatewayPorts yes or clientspecified in its sshd_config',
    },
  ];
}

/** @see ip(7), ip_unprivileged_port_start */
function firstFreePort(): number {
  const text = readQuietly('/proc/sys/net/ipv4/ip_unprivileged_port_start');
  return text === '' ? 1024 : Number(text);
}

const CAP_NET_BIND_SERVICE = 10n;

/** @see capabilities(7); proc(5), CapEff */
function mayBindAll(): boolean {
  const [, mask] = /^CapEff:\s*([0-9a-f]+)/m.exec(readQuietly('/proc/self/status')) ?? [];
  if (mask === undefined) return process.getuid?.() === 0 || process.platform === 'darwin';
  return ((BigInt(`0x${mask}`) >> CAP_NET_BIND_SERVICE) & 1n) === 1n;
}

function readQuietly(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}

/** A socket file that nobody listens at is removed at the start. */
async function checkSocket(
  { kind, listen }: Forward,
  { env }: TunnelLook,
): Promise<readonly FindingText[]> {
  if (kind === 'remote' || listen.kind !== 'unix') return [];
  const path = socketPath(listen.path, env);
  if (path === undefined) return [];
  const found = await whatIsAt(path);
  if (found === undefined) return checkFolder(path);
  if (found === 'left behind') {
    return [
      {
        verdict: 'ok',
        sentence: `the socket ${path} is left over from an earlier ssh: it is removed at the start`,
      },
    ];
  }
  const { sentence, remedy } = pathFailure(found);
  return [{ verdict: 'problem', sentence, remedy }];
}

/** ssh makes the socket, and no folder for it. */
function checkFolder(path: string): readonly FindingText[] {
  const folder = dirname(path);
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return [];
  } catch (error) {
    const sentence = `ssh cannot create the socket ${path}: ${folder}: ${systemErrorText(error)}`;
    return [{ verdict: 'problem', sentence, remedy: 'create the folder, or choose another path' }];
  }
}
