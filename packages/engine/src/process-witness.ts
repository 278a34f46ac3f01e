import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/**
 * When a process began: two processes with the same pid differ in it.
 *
 * @internal For the packages of Holdfast.
 */
export interface ProcessStart {
  /** Which run of the machine; empty where the start says it itself, or the system does not tell. */
  readonly boot: string;
  /** Whole units since then: clock ticks by /proc, milliseconds of Unix time by ps. */
  readonly at: number;
}

/**
 * A process that is there, and is not only waiting for its parent to take notice of its end.
 *
 * @internal For the packages of Holdfast.
 */
export interface LivingProcess extends ProcessStart {
  /** Its command line, the words separated by blanks. */
  readonly commandLine: string;
}

/**
 * A process among all, with its place among them.
 *
 * @internal For the packages of Holdfast.
 */
export interface ListedProcess extends ProcessStart {
  readonly pid: number;
  /** The pid of its parent: the first process, or one that took its place, if that has ended. */
  readonly parent: number;
  /** The pid of whoever leads, or led, its process group. */
  readonly group: number;
}

/**
 * Tells processes apart.
 *
 * @internal For the packages of Holdfast.
 */
export interface ProcessWitness {
  /** The start of a child that was launched just now; `undefined` if it has ended. */
  startOf(pid: number): ProcessStart | undefined;
  /** `undefined` if no process with this pid runs. */
  see(pid: number): LivingProcess | undefined;
  /** Every process that runs, as far as this user may see it. It takes milliseconds. */
  list(): readonly ListedProcess[];
  /** Whether two starts are of one process for certain. */
  isSameStart(one: ProcessStart, other: ProcessStart): boolean;
}

/** Where these stand in /proc/PID/stat behind the name, which can hold anything: numbers of proc(5), from field 3. */
const FIELDS = { state: 3 - 3, parent: 4 - 3, group: 5 - 3, start: 22 - 3 } as const;

/** Asks Linux. */
export const procWitness: ProcessWitness = {
  startOf: readStart,
  see(pid) {
    const start = readStart(pid);
    return start && { ...start, commandLine: readCommandLine(pid) };
  },
  list: () =>
    readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? readStat(Number(name)) : [])),
  // The same pid can start at the same tick after a reboot.
  isSameStart: (one, other) => one.boot !== '' && one.boot === other.boot && one.at === other.at,
};

function readStart(pid: number): ProcessStart | undefined {
  const [listed] = readStat(pid);
  return listed && { boot: listed.boot, at: listed.at };
}

/** The process, or nothing if it does not run. */
function readStat(pid: number): readonly ListedProcess[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (isDead(fields[FIELDS.state])) return [];
    const [parent, group, at] = [FIELDS.parent, FIELDS.group, FIELDS.start].map((each) =>
      Number(fields[each]),
    ) as [number, number, number];
    return [{ pid, parent, group, boot: bootId(), at }];
  } catch {
    return [];
  }
}

let knownBootId: string | undefined;

function bootId(): string {
  knownBootId ??= readBootId();
  return knownBootId;
}

function readBootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  } catch {
    return '';
  }
}

function readCommandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replace(/\0$/, '').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

/** ps tells whole seconds, and on some systems works them out from the age. */
const TOLERANCE_MS = 2000;
const PS_LINE = /^\s*(\S+)\s+(\S+ +\S+ +\d+ +[\d:]+ +\d+) (.*)$/s;
const PS_ROW = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\S.*)$/;

/** Asks ps, which takes milliseconds: on other systems. A child's start is the time of the launch. */
export const psWitness: ProcessWitness = {
  startOf: () => ({ boot: '', at: Date.now() }),
  see(pid) {
    const words = ['-ww', '-o', 'stat=,lstart=,command=', '-p', String(pid)];
    const [, state, start, commandLine] = PS_LINE.exec(askPs(words)) ?? [];
    if (commandLine === undefined || isDead(state?.[0])) return undefined;
    return { boot: '', at: Date.parse(start!), commandLine };
  },
  list: () => askPs(['-A', '-o', 'pid=,ppid=,pgid=,stat=,lstart=']).split('\n').flatMap(listedByPs),
  isSameStart: (one, other) =>
    one.boot === other.boot && Math.abs(one.at - other.at) <= TOLERANCE_MS,
};

function listedByPs(row: string): readonly ListedProcess[] {
  const [, pid, parent, group, state, start] = PS_ROW.exec(row) ?? [];
  if (start === undefined || isDead(state?.[0])) return [];
  const at = Date.parse(start);
  return [{ pid: Number(pid), parent: Number(parent), group: Number(group), boot: '', at }];
}

function askPs(words: readonly string[]): string {
  try {
    const env = { ...process.env, LC_ALL: 'C' };
    const stdio: ['ignore', 'pipe', 'ignore'] = ['ignore', 'pipe', 'ignore'];
    return execFileSync('ps', words, { encoding: 'utf8', env, stdio }).replace(/\n$/, '');
  } catch {
    return '';
  }
}

function isDead(state: string | undefined): boolean {
  return state === 'Z' || state === 'X';
}

/**
 * What this system has.
 *
 * @internal For the packages of Holdfast.
 */
export const processWitness: ProcessWitness = existsSync('/proc/self/stat')
  ? procWitness
  : psWitness;
