import { LOG_LEVELS, processSignals$, type Logger, type RunningTunnel } from '@holdfast/engine';
import type { OperatorEvent } from '@holdfast/machines';
import { SIGNALS, type EarlySignals } from './early-signals.ts';

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
  const following = processSignals$(SIGNALS).subscribe((name) => {
    const order = orderOf(name);
    if (order === undefined) logger.log({ level: LOG_LEVELS.debug, text: `ignored ${name}` });
    else tunnel.send(order);
  });
  return {
    earlyStop: early.release().find((name) => orderOf(name)?.type === 'tunnel.stop'),
    close: () => following.unsubscribe(),
  };
}
