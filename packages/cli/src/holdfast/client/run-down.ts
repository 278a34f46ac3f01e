import { HOLDFAST_EXIT } from '../../exit-codes.ts';
import type { ContextOf } from '../body.ts';
import { count, listNames, say, sayJson } from '../terminal/say.ts';
import { CommandError } from '../words/command-error.ts';
import { askSupervisor, findPaths } from './supervisor.ts';

interface Ended {
  readonly tunnels: readonly string[];
  readonly supervisorEnded: boolean;
  /** The supervisor that had to be ended by a signal. */
  readonly signalled?: number;
}

export async function runDown(context: ContextOf<'down'>): Promise<number> {
  const ended = await endTunnels(context);
  if (context.values.json === true) {
    sayJson(context.terminal, ended ?? { tunnels: [], supervisorEnded: false });
  } else say(context.terminal, downSentence(ended));
  return HOLDFAST_EXIT.ok;
}

/** `undefined`: nothing was running. */
async function endTunnels(context: ContextOf<'down'>): Promise<Ended | undefined> {
  const { operands } = context;
  try {
    return await askSupervisor(context, async (client) => {
      if (operands.length > 0) {
        return { ...(await client.down({ names: operands })), supervisorEnded: false };
      }
      return { ...(await client.end()), supervisorEnded: true };
    });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    if (error.code === 'not-running') return undefined;
    const { pid } = error.more;
    if (pid === undefined || operands.length > 0) throw error;
    const { endBySignal } = await import('./find-socket.ts');
    await endBySignal(pid, findPaths(context.env));
    return { tunnels: [], supervisorEnded: true, signalled: pid };
  }
}

function downSentence(ended: Ended | undefined): string {
  if (ended === undefined) return 'no supervisor is running: there is nothing to end';
  const { tunnels, supervisorEnded, signalled } = ended;
  if (signalled !== undefined) {
    return `ended the supervisor by a signal, since it did not answer (pid ${signalled})`;
  }
  if (!supervisorEnded) return `ended: ${listNames(tunnels)}`;
  return `ended ${count(tunnels.length, 'tunnel')} and the supervisor`;
}
