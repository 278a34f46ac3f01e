import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

const LISTENING = '0A';

/** Which timer of a socket runs: the one that sends again what was not acknowledged. */
const RESENDING = '01';

/** The kernel tells times in hundredths of a second. */
const TICK_MS = 10;

/** What the system knows of a process. */
export interface ProcessFacts {
  readonly session: number;
  /** Whether it has a controlling terminal. */
  readonly hasTerminal: boolean;
  readonly directory: string;
  /** Where stdin, stdout and stderr lead. */
  readonly stdio: readonly string[];
  readonly words: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** Reads the facts of a process that runs. Linux only. */
export function factsOf(pid: number): ProcessFacts {
  const folder = `/proc/${pid}`;
  const stat = readFileSync(`${folder}/stat`, 'utf8');
  // proc(5): pid (name) state ppid pgrp session tty_nr …, where the name can hold blanks and brackets.
  const [, , , session, terminal] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const variables = readWords(`${folder}/environ`).map((text) => splitOnce(text, '='));
  return {
    session: Number(session),
    hasTerminal: terminal !== '0',
    directory: readlinkSync(`${folder}/cwd`),
    stdio: [0, 1, 2].map((fd) => readlinkSync(`${folder}/fd/${fd}`)),
    words: wordsOf(pid),
    environment: Object.fromEntries(variables),
  };
}

/** The command line of a process: all that ssh-agent shows of itself, even to its own user; none if it has ended. */
export function wordsOf(pid: number): string[] {
  try {
    return readWords(`/proc/${pid}/cmdline`);
  } catch {
    return [];
  }
}

/** The TCP ports at which a process listens; none if it has ended. */
export function listeningPorts(pid: number): number[] {
  return tcpSocketsOf(pid)
    .filter(({ state }) => state === LISTENING)
    .map(({ localPort }) => localPort);
}

/** The one of some processes that listens at a TCP port. */
export function whoListensAt(port: number, pids: readonly number[]): number | undefined {
  return pids.find((pid) => listeningPorts(pid).includes(port));
}

/**
 * Milliseconds until TCP has sent again what a process has sent to a port, and nobody has acknowledged; `undefined`: all is
 * acknowledged, or the process has no such connection.
 *
 * At the latest: the kernel's timers may be late by an eighth of what they were set to.
 *
 * @see https://github.com/torvalds/linux/blob/v6.12/kernel/time/timer.c, "Timer wheel"
 */
export function resendMs(pid: number, toPort: number): number | undefined {
  return tcpSocketsOf(pid).find(({ remotePort }) => remotePort === toPort)?.resendMs;
}

// Linux's Documentation/networking/proc_net_tcp.rst: sl, local, remote, state, queues, timer:when, retransmits, uid, timeout, inode,
// references, address, retransmit time-out.
function tcpSocketsOf(pid: number) {
  const inodes = new Set(socketsOf(pid));
  const rows = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) =>
    readFileSync(file, 'latin1').split('\n').slice(1),
  );
  return rows
    .map((row) => row.trim().split(/\s+/))
    .filter((row) => inodes.has(`socket:[${row[9]}]`))
    .map((row) => {
      const [, local = '', remote = '', state = '', , timer = ''] = row;
      const timeout = row[12] ?? '';
      const [kind, when = ''] = timer.split(':');
      const lateMs = (Number(timeout) * TICK_MS) / 8;
      return {
        localPort: portOf(local),
        remotePort: portOf(remote),
        state,
        resendMs: kind === RESENDING ? parseInt(when, 16) * TICK_MS + lateMs : undefined,
      };
    });
}

function portOf(address: string): number {
  return parseInt(address.slice(address.lastIndexOf(':') + 1), 16);
}

function socketsOf(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  try {
    return readdirSync(folder).flatMap((fd) => linkIfAny(`${folder}/${fd}`));
  } catch {
    return [];
  }
}

/** Descriptors come and go while they are listed. */
function linkIfAny(path: string): string[] {
  try {
    return [readlinkSync(path)];
  } catch {
    return [];
  }
}

function readWords(file: string): string[] {
  return readFileSync(file, 'utf8').split('\0').slice(0, -1);
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return [text.slice(0, at), text.slice(at + 1)];
}
