import { join } from 'node:path';
import { isPrintable } from '@holdfast/text';
import type { ArgumentHash } from './argument-hash.ts';
import type { ProcessStart } from '../process-witness.ts';
import { readOwnFile, writeWholeFile } from '../whole-file.ts';

/** What is known on disk about one child. */
export interface ChildRecord {
  readonly pid: number;
  readonly tunnel: string;
  readonly start: ProcessStart;
  readonly args: ArgumentHash;
  /** What stands in its environment, and in that of all that it starts. Without, those are found only while it runs itself. */
  readonly mark?: string | undefined;
}

/** More than any record. */
const LONGEST_RECORD = 4096;
const LONGEST_NAME = 256;

/** A record, or one that was being written: no other file is ever read or removed. */
const RECORD_NAME = /^(\d{1,10})-(\d{1,16})\.child(?:\.[\da-f-]{36}\.new)?$/;

/** Whether a file of this name is ours to read, and to remove. */
export function isRecordName(name: string): boolean {
  return RECORD_NAME.test(name);
}

/** The name has the start in it: a later child with the same pid has another file. */
export function recordName({ pid, start }: Pick<ChildRecord, 'pid' | 'start'>): string {
  return `${pid}-${start.at}.child`;
}

/** Writes a record: all of it, or nothing. Throws as node:fs does. */
export function writeRecord(folder: string, record: ChildRecord): void {
  writeWholeFile(join(folder, recordName(record)), JSON.stringify(record));
}

/** Reads a record; `undefined` for whatever is none. */
export function readRecord(folder: string, name: string): ChildRecord | undefined {
  try {
    const record = parseRecord(readOwnFile(join(folder, name), LONGEST_RECORD));
    return record !== undefined && recordName(record) === name ? record : undefined;
  } catch {
    return undefined;
  }
}

function parseRecord(text: string): ChildRecord | undefined {
  const { pid, tunnel, start, args, mark } = JSON.parse(text) as Partial<ChildRecord>;
  const isRecord =
    isWhole(pid) &&
    typeof tunnel === 'string' &&
    tunnel.length <= LONGEST_NAME &&
    isPrintable(tunnel) &&
    typeof start?.boot === 'string' &&
    isWhole(start.at) &&
    isWhole(args?.words) &&
    typeof args?.sha256 === 'string' &&
    (mark === undefined || typeof mark === 'string');
  return isRecord ? ({ pid, tunnel, start, args, mark } as ChildRecord) : undefined;
}

function isWhole(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
