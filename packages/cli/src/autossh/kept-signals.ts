import type { RuleSetName } from '@holdfast/machines';

/** What a historical program catches before it forks: a handler does not outlive `exec`, and ssh gets the default action. */
interface Caught {
  readonly atFirst: readonly NodeJS.Signals[];
  readonly later: readonly NodeJS.Signals[];
}

const WATCHED: readonly NodeJS.Signals[] = [
  'SIGTERM',
  'SIGINT',
  'SIGHUP',
  'SIGUSR1',
  'SIGUSR2',
  'SIGCHLD',
  'SIGALRM',
];

/** 1.4 catches two before its first fork; after each ssh it gives the others their default action, though they had been ignored. */
const CAUGHT: Readonly<Partial<Record<RuleSetName, Caught>>> = {
  'autossh-1.4': { atFirst: ['SIGTERM', 'SIGINT'], later: [...WATCHED, 'SIGPIPE'] },
  'autossh-1.3': { atFirst: WATCHED, later: WATCHED },
};

/**
 * Which of the signals that were ignored when autossh was started are ignored by an ssh as well: under `classic` by every one, so that
 * `nohup` holds for the second ssh as for the first.
 *
 * @see docs/rules.md, RUN-5.
 */
export function keptSignals(
  ignored: readonly NodeJS.Signals[],
  rules: RuleSetName,
  isFirst: boolean,
): readonly NodeJS.Signals[] {
  const caught = CAUGHT[rules]?.[isFirst ? 'atFirst' : 'later'] ?? [];
  return ignored.filter((name) => !caught.includes(name));
}
