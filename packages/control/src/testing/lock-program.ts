import { takeLock } from '../lock/take-lock.ts';

/** A program that at each line tries to take the lock in its argument, says what became of it, and keeps it until it is killed. */
process.stdin.on('data', () => void report());
process.stdout.write('ready\n');

async function report(): Promise<void> {
  const lock = await takeLock(process.argv[2]!);
  process.stdout.write(`${JSON.stringify(lock)}\n`);
}
