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

/** Signals at work on a tunnel. */
export interface FollowedSignals {
  /** An order to stop that came before there was anything to stop. */
  readonly earlyStop: NodeJS.Signals | undefined;
  /** Gives the signals their default action back. */
  close(): void;
}

/** Lets signals give orders to the tunnel, from now on. */
export function followSignals(
  tunnel: RunningTunnel,
  early: EarlySignals,
  logger: Logger,
): FollowedSignals {
  const stop$ = processSignals$(STOPS).pipe(throttleTime(SAME_STOP_MS));
  const following = merge(stop$, processSignals$(OTHERS)).subscribe((name) => {
    const order = orderOf(name);
    if (order === undefined) logger.log({ level: LOG_LEVELS.debug, text: `ignored ${name}` });
    else tunnel.send(order);
  });
  return {
    earlyStop: early.release().find((name) => STOPS.includes(name)),
    close: () => following.unsubscribe(),
  };
}
