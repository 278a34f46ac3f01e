import { count, listNames } from '@holdfast/text';
import { HOLDFAST_EXIT } from '../../exit-codes.ts';
import { askSupervisor } from '../client/ask-supervisor.ts';
import { findPaths } from '../client/places.ts';
import { isCommandError } from '../command-line/command-error.ts';
import {
  defineCommand,
  DONE,
  HELP_OPTION,
  JSON_OPTION,
  NAMES,
  NOT_DONE,
  SAME_CONFIG_OPTION,
  UNREACHABLE,
  USAGE,
} from '../command-line/command.ts';
import type { ContextOf } from '../context.ts';
import { say, sayJson } from '../terminal/say.ts';

export const down = defineCommand({
  name: 'down',
  summary: 'end tunnels; without names, all of them and the supervisor',
  about: [
    'Returns when every ssh is gone. If no supervisor is running there is nothing to do, and that is not an error.',
    'Without names, a supervisor that does not answer is ended by a signal to the process that holds its lock.',
  ],
  operands: [NAMES],
  options: { ...SAME_CONFIG_OPTION, ...JSON_OPTION, ...HELP_OPTION },
  examples: [
    { line: 'holdfast down', does: 'end all tunnels and the supervisor' },
    { line: "holdfast down 'db-*'", does: 'end some of them; the supervisor stays' },
  ],
  exits: [{ ...DONE, when: 'done, or nothing was running' }, NOT_DONE, USAGE, UNREACHABLE],
  json: '`{ "tunnels": [NAME...], "supervisorEnded": true | false }`',
});

interface Ended {
  readonly tunnels: readonly string[];
  readonly supervisorEnded: boolean;
  /** The supervisor that had to be ended by a signal. */
  readonly signalled?: number;
}

export async function runDown(context: ContextOf<typeof down>): Promise<number> {
  const ended = await endTunnels(context);
  if (context.values.json === true) {
    sayJson(context.terminal, ended ?? { tunnels: [], supervisorEnded: false });
  } else say(context.terminal, downSentence(ended));
  return HOLDFAST_EXIT.ok;
}

/** `undefined`: nothing was running. */
async function endTunnels(context: ContextOf<typeof down>): Promise<Ended | undefined> {
  const { operands } = context;
  try {
    return await askSupervisor(context, async (client) => {
      if (operands.length > 0) {
        return { ...(await client.down({ names: operands })), supervisorEnded: false };
      }
      return { ...(await client.end()), supervisorEnded: true };
    });
  } catch (error) {
    if (!isCommandError(error)) throw error;
    if (error.code === 'not-running') return undefined;
    const { pid } = error.more;
    if (pid === undefined || operands.length > 0) throw error;
    const { endBySignal } = await import('../client/find-socket.ts');
    await endBySignal(pid, findPaths(context.env));
    return { tunnels: [], supervisorEnded: true, signalled: pid };
  }
}

function downSentence(ended: Ended | undefined): string {
  if (ended === undefined) return 'no supervisor is running: nothing to end';
  const { tunnels, supervisorEnded, signalled } = ended;
  if (signalled !== undefined) {
    return `ended the supervisor by a signal, since it did not answer (pid ${signalled})`;
  }
  if (!supervisorEnded) return `ended: ${listNames(tunnels)}`;
  return `ended ${count(tunnels.length, 'tunnel')} and the supervisor`;
}
