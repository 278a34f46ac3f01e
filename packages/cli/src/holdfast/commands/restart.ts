import { listNames } from '@holdfast/text';
import { HOLDFAST_EXIT } from '../../exit-codes.ts';
import { agentLines, askSupervisor, selectionOf } from '../client/ask-supervisor.ts';
import {
  defineCommand,
  DONE,
  HELP_OPTION,
  JSON_OPTION,
  NAMES,
  NOT_DONE,
  NOT_RUNNING,
  SAME_CONFIG_OPTION,
  UNREACHABLE,
  USAGE,
} from '../command-line/command.ts';
import type { ContextOf } from '../context.ts';
import { say, sayJson } from '../terminal/say.ts';

export const restart = defineCommand({
  name: 'restart',
  summary: 'end the ssh of tunnels and start it again',
  about: ['Also starts tunnels that have stopped or failed. Without names: all that are enabled.'],
  operands: [NAMES],
  options: { ...SAME_CONFIG_OPTION, ...JSON_OPTION, ...HELP_OPTION },
  examples: [
    { line: 'holdfast restart db', does: 'a new connection for one tunnel' },
    { line: 'holdfast restart tag:web', does: 'new ones for all with a tag' },
  ],
  exits: [DONE, NOT_DONE, USAGE, NOT_RUNNING, UNREACHABLE],
  json: '`{ "tunnels": [NAME...] }`',
});

export async function runRestart(context: ContextOf<typeof restart>): Promise<number> {
  const { values, operands, terminal } = context;
  const restarted = await askSupervisor(context, (client) => client.restart(selectionOf(operands)));
  if (values.json === true) sayJson(terminal, restarted);
  else {
    for (const line of agentLines(restarted)) say(terminal, line);
    say(terminal, `restarting: ${listNames(restarted.tunnels)}`);
  }
  return HOLDFAST_EXIT.ok;
}
