import type { TakeAgent } from '@holdfast/control';
import type { FleetFact } from '@holdfast/engine';
import { agentFingerprint, LONGEST_SOCKET_PATH, NO_AGENT } from '@holdfast/engine/parts';
import { statSync } from 'node:fs';

const NAME = 'SSH_AUTH_SOCK';

/**
 * Takes over the ssh-agent of whoever gives an order, where the supervisor has none or a dead one: the agent that a login forwards is gone
 * when that login ends, and a unit of systemd never had one.
 *
 * An agent of its own that lives, or may live, is never replaced. Every ssh that starts later has the new one; IdentityAgent in a tunnel or in
 * ssh_config stands before both. One order at a time.
 */
export function createCallerAgent(
  env: Record<string, string | undefined>,
  tell: (fact: FleetFact) => void,
): TakeAgent {
  let last: Promise<boolean> = Promise.resolve(false);
  const take = async (path: string) => {
    const own = env[NAME] ?? '';
    if (own === path || !isOwnSocket(path)) return false;
    const [ownKeys, keys] = await Promise.all([keysOf(own), keysOf(path)]);
    if (ownKeys !== NO_AGENT || keys === NO_AGENT || keys === undefined) return false;
    env[NAME] = path;
    tell({ type: 'agent.taken', path });
    return true;
  };
  return (path) => (last = last.then(() => take(path)));
}

function keysOf(socket: string): Promise<string | undefined> {
  return socket === '' ? Promise.resolve(NO_AGENT) : agentFingerprint(socket);
}

/** Whoever else had made it could ask for signatures by the names of our hosts, and see which keys are asked for. */
function isOwnSocket(path: string): boolean {
  if (!path.startsWith('/') || Buffer.byteLength(path) > LONGEST_SOCKET_PATH) return false;
  try {
    const facts = statSync(path);
    return facts.isSocket() && facts.uid === process.getuid?.();
  } catch {
    return false;
  }
}
