import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Keeps V8's heap close to what is in use, for a process that lives for months and does little.
 *
 * - The young generation stays at 2 MB instead of 16.
 * - Garbage of the old one is collected after 2 MB of it, and not after 8.
 * - A function is compiled a second time, for speed, only when it runs seven times as much as usual: few do, and compiling
 *   takes memory and, for tens of tunnels, more time than it saves.
 *
 * For hundreds of tunnels that takes less than half the memory (docs/benchmarks.md). These flags work when they are set at run time.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--optimize-for-size');
  for (const flag of compileLate(process.versions.v8)) setFlagsFromString(flag);
}

/**
 * The flags with which a V8 waits seven times as long before it compiles a function again. Until 11.3 (Node 20) it counts what was run in
 * bytes, from 12.4 (Node 22) on calls; one that it does not know it would complain of on stderr.
 */
export function compileLate(v8: string): readonly string[] {
  const [major = 0, minor = 0] = v8.split('.').map(Number);
  if (major < 11 || (major === 11 && minor <= 3)) return ['--interrupt-budget=1000000'];
  if (major < 12 || (major === 12 && minor < 4)) return [];
  return ['--invocation-count-for-maglev=2800', '--invocation-count-for-turbofan=21000'];
}

/**
 * Collects all garbage, and gives back the pages that are used in part only: many, after hundreds of tunnels have started. Takes some tens of
 * milliseconds: for quiet times.
 */
export function giveMemoryBack(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  setFlagsFromString('--compact-on-every-full-gc');
  collect();
  setFlagsFromString('--no-compact-on-every-full-gc');
}

type Environment = Readonly<Record<string, string | undefined>>;

const NAME = 'MALLOC_ARENA_MAX';
const ONE = '1';

/**
 * The environment in which glibc keeps what it allocates in one place, and not in one for each thread: some megabytes less for
 * hundreds of tunnels. What the user says about it stands. Other C libraries do not know it.
 *
 * @see https://man7.org/linux/man-pages/man3/mallopt.3.html
 */
export function withOneArena(env: Environment): Environment {
  return { [NAME]: ONE, ...env };
}

/** Takes it out again, for the programs that are started from here: it was read when this one began. */
export function forgetOneArena(env: Record<string, string | undefined>): void {
  if (env[NAME] === ONE) delete env[NAME];
}
