import { HOLDFAST_EXIT } from '../../exit-codes.ts';
import type { ContextOf } from '../body.ts';
import { listNames, say, sayJson } from '../terminal/say.ts';
import { agentLines, askSupervisor, selectionOf } from './supervisor.ts';

export async function runRestart(context: ContextOf<'restart'>): Promise<number> {
  const { values, operands, terminal } = context;
  const restarted = await askSupervisor(context, (client) => client.restart(selectionOf(operands)));
  if (values.json === true) sayJson(terminal, restarted);
  else {
    for (const line of agentLines(restarted)) say(terminal, line);
    say(terminal, `restarting: ${listNames(restarted.tunnels)}`);
  }
  return HOLDFAST_EXIT.ok;
}
