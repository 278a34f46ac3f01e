import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { signalAll } from './child-processes.ts';

const LONGEST_END_MS = 90_000;
const LOOK_AGAIN_MS = 20;

/** A folder of one run: home, temporary files and log lie in it, and nothing of the user's is read. */
export interface RunFolder {
  readonly path: string;
  /** The whole environment of the run. */
  readonly environment: Readonly<Record<string, string>>;
  file(name: string): string;
  /** What is in a file of the folder; nothing if there is none. */
  read(name: string): string;
  /** Writes a shell script into the folder, and returns its path. */
  writeScript(name: string, ...lines: readonly string[]): string;
  /** The pids of all that run for it, whoever their parent is now. The dead are not among them. */
  processes(): number[];
}

const folders = new Set<RunFolder>();

/** Makes an empty folder; {@link removeRunFolders} removes it. */
export function createRunFolder(): RunFolder {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'autossh-e2e-')));
  const folder: RunFolder = {
    path,
    environment: {
      HOME: path,
      LANG: 'C.UTF-8',
      PATH: [dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter),
      SHELL: '/bin/sh',
      TERM: 'xterm',
      TMPDIR: path,
    },
    file: (name) => join(path, name),
    read: (name) => readIfAny(join(path, name)),
    writeScript(name, ...lines) {
      const file = join(path, name);
      writeFileSync(file, ['#!/bin/sh', ...lines, ''].join('\n'));
      chmodSync(file, 0o755);
      return file;
    },
    processes: () => listPids().filter((pid) => belongsTo(pid, path)),
  };
  folders.add(folder);
  return folder;
}

/** Kills all that runs for any folder, and removes the folders. For `afterEach`. */
export async function removeRunFolders(): Promise<void> {
  for (const folder of folders) await removeRunFolder(folder);
}

/** Kills all that runs for a folder, and removes it. */
export async function removeRunFolder(folder: RunFolder): Promise<void> {
  await killAll(folder);
  rmSync(folder.path, { recursive: true, force: true });
  folders.delete(folder);
}

async function killAll(folder: RunFolder): Promise<void> {
  const giveUpAt = Date.now() + LONGEST_END_MS;
  for (let pids = folder.processes(); pids.length > 0; pids = folder.processes()) {
    if (Date.now() > giveUpAt) throw new Error(`pids ${pids.join(', ')} cannot be killed`);
    signalAll(pids, 'SIGKILL');
    await sleep(LOOK_AGAIN_MS);
  }
}

function readIfAny(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function listPids(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

// ssh-agent hides its environment from its user, but not its command line. A dead process has neither.
function belongsTo(pid: number, path: string): boolean {
  return [`/proc/${pid}/environ`, `/proc/${pid}/cmdline`].some((file) =>
    readIfAny(file).includes(path),
  );
}
