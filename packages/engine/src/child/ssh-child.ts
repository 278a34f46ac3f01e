import type { ChildEvent, ChildExited, FailureReport } from '@holdfast/machines';
import {
  from,
  fromEvent,
  Observable,
  of,
  race,
  switchMap,
  take,
  timer,
  type Subscriber,
  type Subscription,
} from 'rxjs';
import type { Readable } from 'node:stream';
import { monotonicMs } from '../clock.ts';
import { systemErrorText } from '../system-error.ts';
import { terminate, type ChildTable, type TabledChild } from './child-table.ts';
import { StartRefused, type ChildEnd, type LastWords, type SshCommand } from './command.ts';
import { findProgram } from '../program/find-program.ts';
import type { Launch } from './launch.ts';
import { ready$ } from './ready.ts';
import { createLineReader, limitRate, passOn } from './stderr.ts';

/** How long to wait for the rest of stderr: a ControlPersist master may hold it for ever. */
const DRAIN_MS = 100;

/** What one ssh is made of. */
export interface SshChildSource {
  /** How it is launched. */
  readonly launch: Launch;
  /** Where it is listed while it runs. */
  readonly children: ChildTable;
  /** Whose ssh it is, for the table. Default: nobody's. */
  readonly owner?: object | undefined;
  /** The command, or the promise of one. */
  readonly command: SshCommand | Promise<SshCommand>;
  /** A random number from 0 to 1, told with the end of ssh, for the next wait. Default: none is told. */
  readonly chance?: (() => number) | undefined;
  /** Orders to ssh. */
  readonly signal$: Observable<'SIGTERM' | 'SIGKILL'>;
}

/**
 * One ssh, as a stream: `child.spawned`, then `child.exited`, or else one `child.unrunnable`.
 *
 * Cold: each subscription starts an ssh. It completes when ssh has ended. Unsubscribing ends an ssh that still runs: TERM,
 * and KILL five seconds later.
 */
export function sshChild$(source: SshChildSource): Observable<ChildEvent> {
  const { command } = source;
  if (!(command instanceof Promise)) return startedChild$(source, command);
  return from(
    command.then(
      (known) => startedChild$(source, known),
      (error: unknown) => of(withoutCommand(error, source.chance)),
    ),
  ).pipe(switchMap((events$) => events$));
}

function startedChild$(source: SshChildSource, command: SshCommand): Observable<ChildEvent> {
  return new Observable((subscriber) => start(source, command, subscriber));
}

function start(
  { children, launch, owner, chance, signal$ }: SshChildSource,
  command: SshCommand,
  subscriber: Subscriber<ChildEvent>,
): Subscription | undefined {
  const { file, overhear, readyPath, prepare } = command;
  const words = command.lastWords?.();
  const ssh = { file, overhear, words, chance, startedAtMs: monotonicMs() };
  const program = findProgram(file, command.env?.['PATH']);
  if ('problem' in program) {
    tellEnd({ unrunnable: program.problem }, ssh, subscriber);
    return undefined;
  }
  const child = children.run(launch, command, owner);
  subscriber.add(() => child.unsubscribe());
  const listening = tellOf(child, ssh, signal$, subscriber);
  if (readyPath !== undefined && child.pid !== undefined) {
    listening.add(ready$(readyPath, prepare).subscribe((event) => subscriber.next(event)));
  }
  return listening;
}

/** One ssh that is to run, runs or has ended. Its command is let go: in a fleet that is 0.8 kB for each. */
interface OneSsh {
  readonly file: string;
  readonly overhear: SshCommand['overhear'];
  readonly words: LastWords | undefined;
  readonly chance: SshChildSource['chance'];
  readonly startedAtMs: number;
}

/** Tells what happens to a child, until it has ended. By hand, since operators would cost a fleet more memory than all else. */
function tellOf(
  child: TabledChild,
  ssh: OneSsh,
  signal$: SshChildSource['signal$'],
  subscriber: Subscriber<ChildEvent>,
): Subscription {
  const { pid, stderr } = child;
  const listening = signal$.subscribe((name) => {
    if (name === 'SIGTERM') terminate(child);
    else child.signal(name);
  });
  if (pid !== undefined) subscriber.next({ type: 'child.spawned', pid, atMs: ssh.startedAtMs });
  const endStderr = stderr === null ? ignore : readStderr(stderr, ssh);
  const readTheRest = stderr === null ? ignore : limitRate(stderr);
  const end = (how: ChildEnd) => {
    endStderr();
    tellEnd(how, ssh, subscriber);
  };
  child.onEnd((how) => {
    readTheRest();
    if (stderr === null || stderr.readableEnded) end(how);
    else listening.add(drained$(stderr).subscribe(() => end(how)));
  });
  return listening;
}

/** When the last words of ssh have been read. */
function drained$(stderr: Readable): Observable<unknown> {
  return race(fromEvent(stderr, 'end'), timer(DRAIN_MS)).pipe(take(1));
}

/** Reads ssh's stderr, for its last words or to pass it on; returns what ends that. */
function readStderr(stderr: Readable, { overhear = ignore, words }: OneSsh): () => void {
  if (words === undefined) {
    passOn(stderr, overhear);
    return ignore;
  }
  const reader = createLineReader((line) => words.hear(line));
  stderr.on('data', (chunk: Buffer) => reader.hear(chunk.toString('latin1')));
  return () => {
    // Whoever still holds it, such as the ssh of a jump host, must not keep this process from ending.
    stderr.destroy();
    reader.end();
  };
}

function ignore(): void {
  // on purpose
}

/** Tells of the end, with what is known of why: at once, unless somebody has to look closer. */
function tellEnd(
  end: ChildEnd,
  { file, words, chance, startedAtMs }: OneSsh,
  subscriber: Subscriber<ChildEvent>,
): void {
  const atMs = monotonicMs();
  const tell = (failure: FailureReport | undefined) => {
    subscriber.next({ ...endEvent(end, file), atMs, ...evidenceOf(failure, chance) });
    subscriber.complete();
  };
  const failure = words?.explain(end, atMs - startedAtMs);
  if (failure instanceof Promise) void failure.then(tell);
  else tell(failure);
}

function endEvent(end: ChildEnd, file: string) {
  if ('exit' in end) return { type: 'child.exited', ...end.exit } as const;
  return { type: 'child.unrunnable', reason: `${file}: ${end.unrunnable}` } as const;
}

/** What the rules ask for that look at more than the status. */
function evidenceOf(
  failure: FailureReport | undefined,
  chance: SshChildSource['chance'],
): Pick<ChildExited, 'failure' | 'chance'> {
  return {
    ...(failure === undefined ? {} : { failure }),
    ...(chance === undefined ? {} : { chance: chance() }),
  };
}

/** Nobody could say what to run, or somebody knew that it would be in vain. */
function withoutCommand(error: unknown, chance: SshChildSource['chance']): ChildEvent {
  const atMs = monotonicMs();
  if (error instanceof StartRefused) {
    const { failure } = error;
    const reason = failure.sentence;
    return { type: 'child.unrunnable', reason, atMs, ...evidenceOf(failure, chance) };
  }
  const reason = `no command for ssh: ${systemErrorText(error)}`;
  return { type: 'child.unrunnable', reason, atMs };
}
