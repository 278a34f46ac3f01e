import type { FleetChanges } from '@holdfast/engine';
import { resolve } from 'node:path';
import { HOLDFAST_EXIT } from '../../exit-codes.ts';
import type { ContextOf } from '../body.ts';
import { count, say, sayJson } from '../terminal/say.ts';
import { agentLines, askSupervisor } from './supervisor.ts';

export async function runReload({ values, env, terminal }: ContextOf<'reload'>): Promise<number> {
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
