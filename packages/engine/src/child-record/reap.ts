import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { endInTime, type Graces } from '../child/end-in-time.ts';
import { membersOf, signalProcess, stillThere } from '../child/offspring.ts';
import { hasArguments } from './argument-hash.ts';
import { isMarked } from './mark.ts';
import { privacyProblem } from '../private-folder.ts';
import { processWitness, type ListedProcess, type ProcessWitness } from '../process-witness.ts';
import { isRecordName, readRecord, type ChildRecord } from './record-file.ts';

/** How long what was left behind may take to end. */
export interface ReapOptions extends Graces {
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

/** Neither every process (0, and negative ones), nor the first. */
const LOWEST_PID = 2;

/**
 * Ends what a killed supervisor left behind: its children, and whoever is left in the group of one of them (the ssh of a jump host, the real
 * ssh behind a script). TERM, then KILL, all at the same time. Resolves when they are gone or given up.
 *
 * A process is a child only if its pid, its start (down to the boot of the machine) and its arguments are those on record. If that one
 * has ended, who is in its group is known by the mark on record. Records that are of no use any more are removed; other files are left alone. A
 * folder to which others have access is not trusted, and nothing is done.
 */
export async function reapRecordedChildren(
  directory: string,
  { witness = processWitness, ...graces }: ReapOptions,
): Promise<readonly ReapedChild[]> {
  const names = recordNames(directory);
  const all = names.length === 0 ? [] : witness.list();
  const found = names.flatMap((name) => {
    const record = readRecord(directory, name);
    const left = record === undefined ? [] : leftOf(record, all, witness);
    if (left.length > 0) return [{ tunnel: record!.tunnel, left, name }];
    forget(directory, name);
    return [];
  });
  const ended = found.map(async ({ tunnel, left, name }) => {
    const ending = {
      signal: (signal: NodeJS.Signals) => left.forEach(({ pid }) => signalProcess(pid, signal)),
      isLeft: () => stillThere(left, witness).length > 0,
    };
    const haveEnded = await endInTime(ending, graces);
    if (haveEnded) forget(directory, name);
    const staying = haveEnded ? [] : stillThere(left, witness);
    return left.map(({ pid }) => ({
      pid,
      tunnel,
      hasEnded: !staying.some((each) => each.pid === pid),
    }));
  });
  return (await Promise.all(ended)).flat();
}

function recordNames(directory: string): readonly string[] {
  try {
    if (privacyProblem(directory) !== undefined) return [];
    return readdirSync(directory).filter(isRecordName);
  } catch {
    return []; // nothing was ever recorded
  }
}

/** Who is left of a child and its group. */
function leftOf(
  record: ChildRecord,
  all: readonly ListedProcess[],
  witness: ProcessWitness,
): readonly ListedProcess[] {
  const { pid, mark } = record;
  if (pid < LOWEST_PID || pid === process.pid) return [];
  const members = membersOf(pid, all).filter((each) => each.pid !== process.pid);
  // While it lives, its group is nobody else's.
  if (isOurs(record, witness)) {
    return [
      ...all.filter((each) => each.pid === pid),
      ...members.filter((each) => each.pid !== pid),
    ];
  }
  return mark === undefined ? [] : members.filter((each) => isMarked(each.pid, mark));
}

function isOurs(record: ChildRecord, witness: ProcessWitness): boolean {
  const seen = witness.see(record.pid);
  if (seen === undefined || !witness.isSameStart(seen, record.start)) return false;
  return hasArguments(seen.commandLine, record.args);
}

function forget(directory: string, name: string): void {
  try {
    rmSync(join(directory, name), { force: true });
  } catch {
    // a directory of this name, or a file system that cannot be written: the next reaping comes by here again
  }
}
