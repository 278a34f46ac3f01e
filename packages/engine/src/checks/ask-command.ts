import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { Observable } from 'rxjs';
import { signalGroup, startLeader } from '../child/process-group.ts';
import type { CheckQuestion } from '../fleet/tunnel-spec.ts';
import { systemErrorText } from '../system-error.ts';
import { failed, passed, type CheckResult } from './check-result.ts';
import { noteCheckCommand } from './check-sockets.ts';

/** How long a command that is told to end may take. */
const TERM_GRACE_MS = 1000;
/** How long to wait for the rest of stderr: something that the command started may hold it. */
const DRAIN_MS = 100;
const LONGEST_TAIL = 4096;

/**
 * Runs a program, without a shell: exit status 0 is enough.
 *
 * Unsubscribing ends it with all that it started: TERM, and KILL a second later.
 */
export function askCommand$({
  command,
}: Extract<CheckQuestion, { kind: 'command' }>): Observable<CheckResult> {
  const [program = '', ...args] = command;
  return new Observable((subscriber) => {
    const refused = (error: unknown) =>
      subscriber.next(failed(`${program}: ${systemErrorText(error)}`));
    const child = startLeader(program, args, { stdio: ['ignore', 'ignore', 'pipe'] }, refused);
    if (child === undefined) return undefined;
    const forget = noteCheckCommand(child.pid!);
    const lastLine = rememberLastLine(child.stderr!);
    const report = () => subscriber.next(verdict(child, lastLine()));
    child.once('close', report).once('exit', () => {
      forget();
      setTimeout(report, DRAIN_MS);
    });
    return () => endGroup(child);
  });
}

function rememberLastLine(stderr: Readable): () => string {
  let tail = '';
  stderr.setEncoding('utf8').on('data', (text: string) => {
    tail = (tail + text).slice(-LONGEST_TAIL);
  });
  return () => tail.trimEnd().split('\n').at(-1)!.trim();
}

function verdict({ exitCode, signalCode }: ChildProcess, lastLine: string): CheckResult {
  if (exitCode === 0) return passed;
  const end = signalCode === null ? `exit status ${exitCode}` : `ended by ${signalCode}`;
  return failed(lastLine === '' ? end : `${end}: ${lastLine}`);
}

function endGroup(child: ChildProcess): void {
  child.stderr!.destroy();
  if (child.exitCode !== null || child.signalCode !== null) return;
  const signal = (name: NodeJS.Signals) => void signalGroup(child.pid!, name);
  signal('SIGTERM');
  const timer = setTimeout(() => signal('SIGKILL'), TERM_GRACE_MS);
  child.once('exit', () => {
    clearTimeout(timer);
    signal('SIGKILL');
  });
}
