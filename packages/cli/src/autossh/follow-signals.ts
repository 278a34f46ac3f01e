import { LOG_LEVELS, processSignals$, type Logger, type RunningTunnel } from '@holdfast/engine';
import type { OperatorEvent } from '@holdfast/machines';
import { merge, throttleTime } from 'rxjs';
import { SIGNALS, STOPS, type EarlySignals } from './early-signals.ts';

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
