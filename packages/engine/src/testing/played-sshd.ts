import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readlinkSync } from 'node:fs';
import type { ServerSession } from '../release/server-session.ts';
import { skipWithout } from './missing-part.ts';
import { isRunning, kill } from './processes.ts';
import type { ScratchFolder } from './scratch-folder.ts';

/** Whether programs cannot be given another name here, as a process of sshd has to have it. */
export const cannotPlaySshd = skipWithout(
  'Linux and perl',
  process.platform === 'linux' && spawnSync('perl', ['-v']).status === 0,
);

/**
 * A program that takes ssh's place: it knows one server, this machine, whose sshd runs the words of a command as OpenSSH's does: joined, by
 * the shell of the account.
 *
 * @param shell - of the account.
 */
export function playedSsh(folder: ScratchFolder, shell = '/bin/sh', name = 'sshd'): string {
  const sshd = `perl -e '$0 = shift; exit(system(@ARGV) >> 8)' ${name}`;
  return folder.program(
    'ssh',
    `while [ "$1" != -- ]; do shift; done; shift 2; exec ${sshd} ${shell} -c "$*"`,
  );
}

/** A process that is called like one of sshd's. */
export interface PlayedSession {
  readonly session: ServerSession;
  isRunning(): boolean;
  /** How it ended. */
  readonly ended: Promise<NodeJS.Signals | null>;
  signal(name: NodeJS.Signals): void;
  end(): void;
}

/** Starts one: it ends by TERM, or, if it is deaf, by KILL only. Another user takes root. */
export async function playSession({
  isDeaf = false,
  name = 'sshd',
  uid = process.getuid!(),
} = {}): Promise<PlayedSession> {
  const deaf = isDeaf ? '$SIG{TERM} = "IGNORE";' : '';
  const script = `$0 = "${name}"; $< = $> = ${uid}; ${deaf} $| = 1; print "up"; sleep while 1`;
  const child = spawn('perl', ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = once(child, 'exit').then(([, signal]) => signal as NodeJS.Signals | null);
  await once(child.stdout, 'data');
  const pid = child.pid!;
  return {
    session: sessionOf(pid),
    ended,
    isRunning: () => isRunning(pid),
    signal: (signal) => process.kill(pid, signal),
    end: () => kill(pid),
  };
}

/** What a process is known by. @see proc(5) */
export function sessionOf(pid: number): ServerSession {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const [name = '', rest = ''] = stat.slice(stat.indexOf('(') + 1).split(') ');
  return {
    boot: readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim(),
    pidNamespace: /\d+/.exec(readlinkSync(`/proc/${pid}/ns/pid`))![0],
    uid: String(process.getuid!()),
    pid: String(pid),
    start: rest.split(' ')[22 - 3]!,
    name,
  };
}
