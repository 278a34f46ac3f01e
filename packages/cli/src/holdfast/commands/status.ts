import type { FleetStatus } from '@holdfast/engine';
import { HOLDFAST_EXIT, type HoldfastExit } from '../../exit-codes.ts';
import { askSupervisor, selectionOf } from '../client/ask-supervisor.ts';
import {
  defineCommand,
  HELP_OPTION,
  JSON_OPTION,
  NAMES,
  NOT_RUNNING,
  NOT_TOLD,
  SAME_CONFIG_OPTION,
  UNREACHABLE,
  USAGE,
} from '../command-line/command.ts';
import { usageError } from '../command-line/parse-words.ts';
import type { ContextOf } from '../context.ts';
import { expectedTunnels, isHealthy } from '../status/health.ts';
import { formatStatusTable } from '../status/status-table.ts';
import { watchStatus } from '../status/watch-status.ts';
import { sayJson } from '../terminal/say.ts';

export const status = defineCommand({
  name: 'status',
  summary: 'show the tunnels: their state, since when, and what happens next',
  about: [
    'One line for each tunnel, and below it whatever is wrong: what happened, what can be done about it, and when the next start is due. RTT is the smoothed round-trip time to the server, STARTS how often ssh was started.',
    'With --watch the table stays up to date until Ctrl-C. If stdout is not a terminal, --watch prints one line for each change.',
  ],
  operands: [NAMES],
  options: {
    watch: { short: 'w', summary: 'keep it up to date until Ctrl-C' },
    quiet: { short: 'q', summary: 'print nothing: the exit status says it' },
    ...SAME_CONFIG_OPTION,
    ...JSON_OPTION,
    ...HELP_OPTION,
  },
  examples: [
    { line: 'holdfast status', does: 'all tunnels' },
    { line: 'holdfast status --watch', does: 'the same, live' },
    {
      line: 'holdfast status --quiet || echo "a tunnel is down"',
      does: 'for scripts and health checks',
    },
    {
      line: 'holdfast status --json | jq -r \'.tunnels[] | select(.state == "failed").name\'',
      does: 'the names of those that have failed',
    },
  ],
  exits: [
    {
      status: HOLDFAST_EXIT.ok,
      when: 'all named tunnels are healthy (without names: all that are enabled), or --watch was ended',
    },
    NOT_TOLD,
    USAGE,
    NOT_RUNNING,
    UNREACHABLE,
    { status: HOLDFAST_EXIT.unhealthy, when: 'not all of them are healthy' },
  ],
  json: 'a `FleetStatus`; with `--watch` one a line, for each change',
});

export async function runStatus(context: ContextOf<typeof status>): Promise<HoldfastExit> {
  const { values, operands, terminal } = context;
  if (values.quiet === true && (values.watch === true || values.json === true)) {
    const other = values.watch === true ? '--watch' : '--json';
    throw usageError(status, `--quiet cannot be used with ${other}`);
  }
  if (values.watch === true) return await watchStatus(context);
  const found = await askSupervisor(context, (client) => client.status(selectionOf(operands)));
  if (values.json === true) sayJson(terminal, found);
  else if (values.quiet !== true)
    terminal.out(`${formatStatusTable(found, tableLook(context)).join('\n')}\n`);
  return healthExit(found, operands.length > 0);
}

function tableLook({ terminal }: ContextOf<typeof status>) {
  return { columns: terminal.columns(), paint: terminal.paint };
}

function healthExit({ tunnels }: FleetStatus, isEachNamed: boolean): HoldfastExit {
  const isFine = expectedTunnels(tunnels, isEachNamed).every(isHealthy);
  return isFine ? HOLDFAST_EXIT.ok : HOLDFAST_EXIT.unhealthy;
}
