import { readlinkSync } from 'node:fs';
import { monotonicMs } from '../clock.ts';

/** A process, or this one. */
export type Pid = number | 'self';

interface Reading<T> {
  readonly atMs: number;
  readonly table: T;
}

/** One reading serves the tunnels that were lost together, and are late within moments. */
export const LOST_TOGETHER_MS = 50;

/** A reading is not kept for longer: the table of a busy machine is large. */
const KEPT_MS = 1000;

/**
 * The last reading of a table of the kernel, of each network namespace.
 *
 * The kernel takes milliseconds to print one, even if it is empty, so one reading serves all who are content with its age, such as the
 * tunnels of a fleet that became healthy, or were lost, at about the same time.
 */
export class NamespaceReadings<T> {
  readonly #read: (pid: Pid) => T;
  readonly #last = new Map<string, Reading<T>>();

  constructor(read: (pid: Pid) => T) {
    this.#read = read;
  }

  /** @param sinceMs - how old it may be, on the clock of {@link monotonicMs}. Default: read in this run of synchronous code. */
  of(pid: Pid, sinceMs = runBeganMs()): T {
    const namespace = networkNamespace(pid);
    const last = this.#last.get(namespace);
    if (last !== undefined && last.atMs >= sinceMs) return last.table;
    const table = this.#read(pid);
    if (this.#last.size === 0) setTimeout(() => this.#last.clear(), KEPT_MS).unref();
    this.#last.set(namespace, { atMs: monotonicMs(), table });
    return table;
  }
}

let runMs: number | undefined;

/** When the present run of synchronous code first asked. */
function runBeganMs(): number {
  if (runMs === undefined) {
    runMs = monotonicMs();
    queueMicrotask(() => (runMs = undefined));
  }
  return runMs;
}

/** Whether a process sees the network that this one sees. */
export function isInOwnNamespace(pid: Pid): boolean {
  return networkNamespace(pid) === networkNamespace('self');
}

/** What tells the network namespace of a process from others. */
function networkNamespace(pid: Pid): string {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`);
  } catch {
    return `of ${pid}`;
  }
}
