import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hasArguments } from './argument-hash.ts';
import { privacyProblem } from '../private-folder.ts';
import { processWitness, type ProcessWitness } from '../process-witness.ts';
import { isRecordName, readRecord, type ChildRecord } from './record-file.ts';

/** How long a child that was left behind may take to end. */
export interface ReapOptions {
  /** After SIGTERM. */
  readonly termGraceMs: number;
  /** After SIGKILL. */
  readonly killGraceMs: number;
  readonly witness?: ProcessWitness;
}

/** A child that was found running, and told to end. */
export interface ReapedChild {
  /** Of the process that was ended. */
  readonly pid: number;
  /** The name of its tunnel. */
  readonly tunnel: string;
  /** `false` if not even SIGKILL ended it in time; its record stays for the next time. */
  readonly hasEnded: boolean;
}

const LOOK_AGAIN_MS = 20;

/** Neither every process (0, and negative ones), nor the first. */
const LOWEST_PID = 2;

/**
 * Ends the children that a killed supervisor left behind: TERM, then KILL, all of them at the same time. Resolves when they are gone
 * or given up.
 *
 * A process is one of them only if its pid, its start (down to the boot of the machine) and its arguments are those on
 * record. Records that are of no use any more are removed; other files are left alone. A folder to which others have
 * access is not trusted, and nothing is done.
 */
export async function reapRecordedChildren(
  directory: string,
  { witness = processWitness, ...graces }: ReapOptions,
): Promise<readonly ReapedChild[]> {
  const left = recordNames(directory).flatMap((name) => {
    const record = readRecord(directory, name);
    if (record !== undefined && isOurs(record, witness)) return { record, name };
    forget(directory, name);
    return [];
  });
  return Promise.all(
    left.map(async ({ record, name }) => {
      const hasEnded = await end(record, graces, () => !isRunning(record, witness));
      if (hasEnded) forget(directory, name);
      return { pid: record.pid, tunnel: record.tunnel, hasEnded };
    }),
  );
}

function recordNames(directory: string): readonly string[] {
  try {
    if (privacyProblem(directory) !== undefined) return [];
    return readdirSync(directory).filter(isRecordName);
  } catch {
    return []; // nothing was ever recorded
  }
}

function isOurs(record: ChildRecord, witness: ProcessWitness): boolean {
  if (record.pid < LOWEST_PID || record.pid === process.pid) return false;
  const seen = witness.see(record.pid);
  if (seen === undefined || !witness.isSameStart(seen, record.start)) return false;
  return hasArguments(seen.commandLine, record.args);
}

/** Without a look at the arguments: a process that is ending has none, and can hold its ports still. */
function isRunning({ pid, start }: ChildRecord, witness: ProcessWitness): boolean {
  const seen = witness.see(pid);
  return seen !== undefined && witness.isSameStart(seen, start);
}

async function end(
  { pid }: ChildRecord,
  { termGraceMs, killGraceMs }: Omit<ReapOptions, 'witness'>,
  hasEnded: () => boolean,
): Promise<boolean> {
  signal(pid, 'SIGTERM');
  // One that is stopped has to be woken to hear it.
  signal(pid, 'SIGCONT');
  if (await isSoon(hasEnded, termGraceMs)) return true;
  signal(pid, 'SIGKILL');
  return isSoon(hasEnded, killGraceMs);
}

async function isSoon(condition: () => boolean, withinMs: number): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < withinMs; waitedMs += LOOK_AGAIN_MS) {
    if (condition()) return true;
    await sleep(LOOK_AGAIN_MS);
  }
  return condition();
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // it has ended just now
  }
}

function forget(directory: string, name: string): void {
  try {
    rmSync(join(directory, name), { force: true });
  } catch {
    // a directory of this name, or a file system that cannot be written: the next reaping comes by here again
  }
}
