import type { RunningTunnel } from '@holdfast/engine';
import { LOG_LEVELS, type Logger, processSignals$ } from '@holdfast/engine/parts';
import type { OperatorEvent, RuleSetName } from '@holdfast/machines';
import { merge, throttleTime } from 'rxjs';
import { type EarlySignals, SIGNALS, STOPS } from './early-signals.ts';

const OTHERS = SIGNALS.filter((name) => !STOPS.includes(name));

/** What a signal orders; SIGUSR2 orders nothing, and does no harm (docs/rules.md, SIG-1 to SIG-6). */
function orderOf(name: NodeJS.Signals): OperatorEvent | undefined {
  switch (name) {
    case 'SIGTERM':
    case 'SIGINT':
      return { type: 'tunnel.stop', signal: name };
    case 'SIGUSR1':
      return { type: 'tunnel.restart' };
    case 'SIGHUP':
      return { type: 'tunnel.retry' };
    default:
      return undefined;
  }
}

/**
 * A stop that follows another within this time is the same one: `timeout(1)`, for one, signals the process and then its group. A second one
 * in earnest comes later, and kills ssh at once.
 */
const SAME_STOP_MS = 100;

/**
 * Lets signals give orders to the tunnel, from now on to the end of the process: their default action would cut its last lines of the log off.
 *
 * Returns an order to stop that came before there was anything to stop.
 */
export function followSignals(
  tunnel: RunningTunnel,
  early: EarlySignals,
  logger: Logger,
): NodeJS.Signals | undefined {
  const stop$ = processSignals$(STOPS).pipe(throttleTime(SAME_STOP_MS));
  merge(stop$, processSignals$(OTHERS)).subscribe((name) => {
    const order = orderOf(name);
    if (order === undefined) logger.log({ level: LOG_LEVELS.debug, text: `ignored ${name}` });
    else tunnel.send(order);
  });
  return early.release().find((name) => STOPS.includes(name));
}

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
