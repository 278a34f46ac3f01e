import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { systemErrorText } from '../system-error.ts';
import { hashArguments } from './argument-hash.ts';
import { makePrivateFolder } from '../private-folder.ts';
import { processWitness, type ProcessWitness } from '../process-witness.ts';
import { recordName, writeRecord, type ChildRecord } from './record-file.ts';

/** A child that was launched just now. */
export interface RecordedChild {
  /** Of the process. */
  readonly pid: number;
  /** The name of its tunnel. */
  readonly tunnel: string;
  /** What it was launched with, without what stands before it, such as `setpriv`. */
  readonly args: readonly string[];
}

/** The children of a supervisor, on disk. */
export interface ChildRecorder {
  /** Records a child. That it fails is told, and not thrown. */
  add(child: RecordedChild): void;
  /** Forgets a child that has ended. */
  remove(pid: number): void;
  /** Writes down again, in this folder from now on, what is not there any more. Throws the system's error. */
  renew(directory: string): void;
}

/** How children are recorded. */
export interface ChildRecorderOptions {
  /** Hears what went wrong, as a sentence in lower case without a full stop. */
  readonly onProblem?: (sentence: string) => void;
  /** The mark that the children have: see {@link markEnvironment}. Default: none. */
  readonly mark?: string;
  readonly witness?: ProcessWitness;
}

/**
 * Records children in a folder, one small file each, so that a supervisor that is killed leaves none that the next one cannot find: see
 * {@link reapRecordedChildren}.
 *
 * The folder is made when it is first needed, for this user only. A folder that is not safe is not used.
 */
export function createChildRecord(
  firstDirectory: string,
  { onProblem = () => undefined, mark, witness = processWitness }: ChildRecorderOptions = {},
): ChildRecorder {
  let directory = firstDirectory;
  const records = new Map<number, ChildRecord>();
  const write = (record: ChildRecord) => {
    const problem = makePrivateFolder(directory);
    if (problem !== undefined) throw new Error(`the directory ${problem}`);
    writeRecord(directory, record);
  };
  const attempt = (what: string, act: () => void) => {
    try {
      act();
    } catch (error) {
      onProblem(`${what} in ${directory}: ${systemErrorText(error)}`);
    }
  };
  return {
    add({ pid, tunnel, args }) {
      attempt(`ssh (pid ${pid}) could not be recorded`, () => {
        const start = witness.startOf(pid);
        if (start === undefined) return;
        const record = { pid, tunnel, start, args: hashArguments(args), mark };
        records.set(pid, record);
        write(record);
      });
    },
    remove(pid) {
      const record = records.get(pid);
      if (record === undefined) return;
      records.delete(pid);
      attempt(`the record of ssh (pid ${pid}) could not be removed`, () =>
        rmSync(join(directory, recordName(record)), { force: true }),
      );
    },
    renew(place) {
      directory = place;
      for (const record of records.values()) {
        if (!existsSync(join(directory, recordName(record)))) write(record);
      }
    },
  };
}
