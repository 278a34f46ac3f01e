import { HOLDFAST_EXIT } from '../../../exit-codes.ts';
import { CONFIG_OPTION, defineCommand, DONE, HELP_OPTION } from '../../command-line/command.ts';
import type { ContextOf } from '../../context.ts';
import { findTunnels } from '../../tunnels-file/select-tunnels.ts';

export const completeNames = defineCommand({
  name: 'complete-names',
  summary: 'print names and tags of tunnels, for the scripts of "holdfast completion"',
  about: ['Asks the supervisor, or reads the file if none is running. Says nothing about errors.'],
  operands: [],
  options: { ...CONFIG_OPTION, ...HELP_OPTION },
  examples: [{ line: 'holdfast complete-names', does: 'one name or tag a line' }],
  exits: [DONE],
  isHidden: true,
});

/** For shells: whatever goes wrong, there is just nothing to complete. */
export async function runCompleteNames(context: ContextOf<typeof completeNames>): Promise<number> {
  const tunnels = await findTunnels(context).catch(() => []);
  const names = tunnels.map(({ name }) => name);
  const tags = new Set(tunnels.flatMap((tunnel) => tunnel.tags.map((tag) => `tag:${tag}`)));
  context.terminal.out([...names, ...tags].map((word) => `${word}\n`).join(''));
  return HOLDFAST_EXIT.ok;
}
