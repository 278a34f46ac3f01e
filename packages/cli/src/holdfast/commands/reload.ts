import type { FleetChanges } from '@holdfast/engine';
import { count } from '@holdfast/text';
import { resolve } from 'node:path';
import { HOLDFAST_EXIT } from '../../exit-codes.ts';
import { agentLines, askSupervisor } from '../client/ask-supervisor.ts';
import {
  BAD_FILE_KEPT,
  CONFIG_OPTION,
  defineCommand,
  DONE,
  HELP_OPTION,
  JSON_OPTION,
  NOT_DONE,
  NOT_RUNNING,
  UNREACHABLE,
  USAGE,
} from '../command-line/command.ts';
import type { ContextOf } from '../context.ts';
import { say, sayJson } from '../terminal/say.ts';

export const reload = defineCommand({
  name: 'reload',
  summary: 'read the tunnels file again and apply what has changed',
  about: [
    'Only the difference is applied: a changed forward on the running connection, a changed host with a new ssh; removed tunnels are ended. What did not change is not touched. A file with errors changes nothing.',
  ],
  operands: [],
  options: { ...CONFIG_OPTION, ...JSON_OPTION, ...HELP_OPTION },
  examples: [
    { line: 'holdfast reload', does: 'apply what was edited' },
    { line: 'holdfast reload --config ./tunnels.toml', does: 'switch to another file' },
  ],
  exits: [
    DONE,
    { ...NOT_DONE, when: 'something could not be changed; the output says what' },
    USAGE,
    NOT_RUNNING,
    UNREACHABLE,
    BAD_FILE_KEPT,
  ],
  json: 'the `FleetChanges`',
});

export async function runReload({
  values,
  env,
  terminal,
}: ContextOf<typeof reload>): Promise<number> {
  const config = values.config === undefined ? undefined : resolve(values.config);
  const changes = await askSupervisor({ env, values: {} }, (client) => client.reload(config));
  if (values.json === true) sayJson(terminal, changes);
  else for (const line of [...agentLines(changes), ...formatChanges(changes)]) say(terminal, line);
  return changes.problems.length === 0 ? HOLDFAST_EXIT.ok : HOLDFAST_EXIT.error;
}

const KINDS = ['added', 'removed', 'restarted', 'adjusted'] as const;

/** What a changed file came to, a line for each kind of change. */
export function formatChanges(changes: FleetChanges): readonly string[] {
  const changed = KINDS.filter((kind) => changes[kind].length > 0);
  return [
    ...changed.map((kind) => `${kind}: ${changes[kind].join(', ')}`),
    changed.length === 0
      ? `nothing has changed (${count(changes.unchanged.length, 'tunnel')})`
      : `unchanged: ${count(changes.unchanged.length, 'tunnel')}`,
    ...changes.problems.map(({ tunnel, sentence }) => `problem: ${tunnel}: ${sentence}`),
  ];
}
