import { processSignals$ } from '@holdfast/engine/parts';
import { constants } from 'node:os';
import { DemoError } from './demo-error.ts';

/**
 * Aborts when somebody ends the demo, by a signal or by reading its words no further (`| head`).
 *
 * It goes on catching signals until this process ends, since a package manager may pass on the Ctrl-C that the terminal
 * has already sent to everybody; the cleaning up is not disturbed by the second one.
 */
export function watchInterruption(): AbortSignal {
  const interruption = new AbortController();
  const interrupt = (name: NodeJS.Signals) =>
    interruption.abort(
      new DemoError('interrupted', `ended by ${name}`, 128 + constants.signals[name]),
    );
  processSignals$(['SIGINT', 'SIGTERM', 'SIGHUP']).subscribe(interrupt);
  process.stdout.on('error', () => interrupt('SIGPIPE'));
  return interruption.signal;
}
