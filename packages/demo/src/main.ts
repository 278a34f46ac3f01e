import { processSignals$ } from '@holdfast/engine/parts';
import { constants } from 'node:os';
import { runDemo } from './demo.ts';
import { DemoError, isDemoError } from './demo-error.ts';
import { createPaint } from './paint.ts';
import { createStoryteller } from './storyteller.ts';

/** Whatever hangs: nobody waits longer than this, and ssh is killed on the way out. */
const LAST_RESORT_SECONDS = 44;

setTimeout(() => {
  process.stderr.write('holdfast demo: ssh or the server did not end in time\n');
  process.exit(1);
}, LAST_RESORT_SECONDS * 1000).unref();

const write = (line: string) => void process.stdout.write(`${line}\n`);
const storyteller = createStoryteller(write, createPaint(process.stdout));

try {
  await runDemo(storyteller, watchInterruption());
} catch (error) {
  if (!isDemoError(error)) throw error;
  process.exitCode = error.exitStatus;
  process.stderr.write(`holdfast demo: ${error.message}\n`);
}

/**
 * Aborts when somebody ends the demo, by a signal or by reading its words no further (`| head`).
 *
 * It goes on catching signals until this process ends, since a package manager may pass on the Ctrl-C that the terminal
 * has already sent to everybody; the cleaning up is not disturbed by the second one.
 */
function watchInterruption(): AbortSignal {
  const interruption = new AbortController();
  const interrupt = (name: NodeJS.Signals) =>
    interruption.abort(
      new DemoError('interrupted', `ended by ${name}`, 128 + constants.signals[name]),
    );
  processSignals$(['SIGINT', 'SIGTERM', 'SIGHUP']).subscribe(interrupt);
  process.stdout.on('error', () => interrupt('SIGPIPE'));
  return interruption.signal;
}
