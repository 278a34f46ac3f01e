import { spawn } from 'node:child_process';
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  statSync,
  writeSync,
  type Stats,
} from 'node:fs';
import type { Writable } from 'node:stream';

/** The end of an output: takes bytes, and never waits. */
export interface Taker {
  /** Takes what it can at once, and returns how many bytes that was: 0 if it can take none now. Throws the system's error. */
  take(bytes: Buffer): number;
  /** Nothing more comes. Resolves when all is out, or it is given up; within bounded time. */
  close(): Promise<void>;
}

/** How long the last words may take to go out of this process. */
const LAST_WORDS_MS = 300;

/** What the system says where a write would have had to wait. */
const BUSY = 'EAGAIN';

/**
 * A taker for an open descriptor that others have as well: the terminal of a shell, or a pipe or socket that ssh inherits.
 *
 * A write to a terminal that was paused (Ctrl-S), or to a pipe that nobody reads, waits for as long as that lasts, and with it everything
 * that this process does. The descriptor must not be made non-blocking: that would hold for everybody who shares it. So it is opened once
 * more where that is possible; elsewhere another process does the waiting.
 *
 * @param elsewhere - what else is to do it there.
 */
export function takerOf(fd: number, elsewhere: (fd: number) => Taker = waitingProcess): Taker {
  if (!canStall(fd)) return directTaker(fd);
  const own = fstatSync(fd).isSocket() ? undefined : openAgain(fd);
  return own === undefined ? elsewhere(fd) : directTaker(own);
}

/** Writes to a descriptor that does not wait. */
export function directTaker(fd: number, close: () => void = () => undefined): Taker {
  return {
    take(bytes) {
      try {
        return writeSync(fd, bytes);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === BUSY) return 0;
        throw error;
      }
    },
    close() {
      close();
      return Promise.resolve();
    },
  };
}

/** A taker for a file that is appended to; it is opened at once. Nothing waits for it, neither now nor later. Throws the system's error. */
export function fileTaker(path: string): Taker {
  const fd = openToAppend(path);
  return directTaker(fd, () => closeSync(fd));
}

function openToAppend(path: string): number {
  const { O_WRONLY, O_RDWR, O_APPEND, O_CREAT, O_NONBLOCK, O_NOCTTY } = constants;
  const flags = O_APPEND | O_NONBLOCK | O_NOCTTY;
  if (isNamedPipe(path)) {
    // With both ends open here, what is written stays until somebody reads it, whoever comes and goes.
    try {
      return openSync(path, O_RDWR | flags);
    } catch {
      // One that may only be written to.
    }
  }
  return openSync(path, O_WRONLY | O_CREAT | flags, 0o666);
}

function isNamedPipe(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFIFO() === true;
}

/** Whether a write may have to wait for somebody: to terminals, pipes and sockets; not to files, /dev/null and /dev/full. */
export function canStall(fd: number): boolean {
  const facts = fstatSync(fd);
  return (
    facts.isFIFO() || facts.isSocket() || (facts.isCharacterDevice() && !isMemoryDevice(facts))
  );
}

/** Linux's devices of memory, major number 1. */
function isMemoryDevice({ rdev }: Stats): boolean {
  return process.platform === 'linux' && rdev >> 8 === 1;
}

/**
 * Linux opens the file behind a descriptor anew, with flags of its own. Not so elsewhere, and not if it belongs to somebody else, such as the
 * terminal after `su`.
 */
function openAgain(fd: number): number | undefined {
  const { O_WRONLY, O_NONBLOCK, O_NOCTTY } = constants;
  if (process.platform !== 'linux') return undefined;
  try {
    return openSync(`/proc/self/fd/${fd}`, O_WRONLY | O_NONBLOCK | O_NOCTTY);
  } catch {
    return undefined;
  }
}

/** A stream that Node keeps from waiting, and whose errors somebody else hears. No more than one piece is put into it at a time. */
export function streamTaker(stream: Writable): Taker {
  return {
    take(bytes) {
      if (stream.writableLength > 0) return 0;
      stream.write(bytes);
      return bytes.length;
    },
    close: () =>
      new Promise((resolve) => {
        const late = setTimeout(resolve, LAST_WORDS_MS);
        stream.write('', () => {
          clearTimeout(late);
          resolve();
        });
      }),
  };
}

/** A `cat` that waits in our place. In a session of its own: a Ctrl-C is not meant for it, and no terminal stops it. */
function waitingProcess(fd: number): Taker {
  const cat = spawn('cat', [], { stdio: ['pipe', fd, 'ignore'], detached: true });
  const { stdin } = cat;
  if (cat.pid === undefined || stdin === null) {
    cat.on('error', () => undefined);
    return directTaker(fd);
  }
  let problem: Error | undefined;
  const fail = (error: Error) => (problem = error);
  cat.on('error', fail).unref();
  stdin.on('error', fail);
  (stdin as typeof stdin & { unref(): void }).unref();
  const stop = () => void (stdin.writableLength > 0 && cat.kill('SIGKILL'));
  process.once('exit', stop);
  return {
    take(bytes) {
      if (problem !== undefined) throw problem;
      if (stdin.writableLength > 0) return 0;
      stdin.write(bytes);
      return bytes.length;
    },
    close: () =>
      new Promise((resolve) => {
        if (cat.exitCode !== null || cat.signalCode !== null) return resolve();
        const late = setTimeout(() => cat.kill('SIGKILL'), LAST_WORDS_MS);
        cat.ref();
        cat.once('exit', () => {
          clearTimeout(late);
          resolve();
        });
        stdin.end();
      }),
  };
}
