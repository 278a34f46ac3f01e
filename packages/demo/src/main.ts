import { runDemo } from './demo.ts';
import { isDemoError } from './demo-error.ts';
import { watchInterruption } from './interruption.ts';
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
