import type { ChildEvent, FailureEvidence } from '@holdfast/machines';
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
import { limitRate } from '../output/limit-rate.ts';
import { systemErrorText } from '../system-error.ts';
import { terminate, type ChildTable, type TabledChild } from './child-table.ts';
import type { LastWords, SshCommand } from './command.ts';
import { findProgram } from './find-program.ts';
import type { ChildEnd, Launch } from './launch.ts';
import { passOn } from './pass-on.ts';
import { ready$ } from './ready.ts';
import { StartRefused } from './start-refused.ts';

/** How long to wait for the rest of stderr: a ControlPersist master may hold it for ever. */
const DRAIN_MS = 100;

/** What one ssh is made of. */
export interface SshChildSource {
  /** How it is launched. */
  readonly launch: Launch;
  /** Where it is listed while it runs. */
  readonly children: ChildTable;
  /** Whose ssh it is, for the table. Default: nobody's. */
  readonly owner?: string | undefined;
  /** The command, or the promise of one. */
  readonly command: SshCommand | Promise<SshCommand>;
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
      (error: unknown) => of(withoutCommand(error)),
    ),
  ).pipe(switchMap((events$) => events$));
}

function startedChild$(source: SshChildSource, command: SshCommand): Observable<ChildEvent> {
  return new Observable((subscriber) => {
    const words = command.lastWords?.();
    const program = findProgram(command.file, command.env?.['PATH']);
    if ('problem' in program) {
      const startedAtMs = monotonicMs();
      tellEnd({ unrunnable: program.problem }, { command, words, startedAtMs }, subscriber);
      return undefined;
    }
    const child = source.children.run(source.launch, command, source.owner);
    subscriber.add(() => child.unsubscribe());
    return tellOf(child, { command, words, signal$: source.signal$ }, subscriber);
  });
}

/** What belongs to one ssh that runs. */
interface Surroundings {
  readonly command: SshCommand;
  readonly words: LastWords | undefined;
  readonly signal$: SshChildSource['signal$'];
}

/** Tells what happens to a child, until it has ended. By hand, since operators would cost a fleet more memory than all else. */
function tellOf(
  child: TabledChild,
  { command, words, signal$ }: Surroundings,
  subscriber: Subscriber<ChildEvent>,
): Subscription {
  const { pid, stderr } = child;
  const { readyPath, prepare } = command;
  const startedAtMs = monotonicMs();
  const listening = signal$.subscribe((name) => {
    if (name === 'SIGTERM') terminate(child);
    else child.signal(name);
  });
  if (pid !== undefined) subscriber.next({ type: 'child.spawned', pid, atMs: startedAtMs });
  if (stderr !== null) readStderr(stderr, command, words);
  const readTheRest = stderr === null ? ignore : limitRate(stderr);
  if (readyPath !== undefined && pid !== undefined) {
    listening.add(ready$(readyPath, prepare).subscribe((event) => subscriber.next(event)));
  }
  const end = (how: ChildEnd) => {
    // Whoever still holds it, such as the ssh of a jump host, must not keep this process from ending.
    if (words !== undefined) stderr?.destroy();
    tellEnd(how, { command, words, startedAtMs }, subscriber);
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

/** Reads ssh's stderr: for its last words, or to pass it on. */
function readStderr(
  stderr: Readable,
  { overhear = ignore }: SshCommand,
  words: LastWords | undefined,
): void {
  if (words === undefined) passOn(stderr, overhear);
  // Latin-1 keeps every byte, and no character is cut in two by the end of a chunk.
  else stderr.on('data', (chunk: Buffer) => words.hear(chunk.toString('latin1')));
}

function ignore(): void {
  // on purpose
}

/** An ssh that has ended, or never ran. */
interface Ended {
  readonly command: SshCommand;
  readonly words: LastWords | undefined;
  readonly startedAtMs: number;
}

/** Tells of the end, with what is known of why: at once, unless somebody has to look closer. */
function tellEnd(
  end: ChildEnd,
  { command, words, startedAtMs }: Ended,
  subscriber: Subscriber<ChildEvent>,
): void {
  const atMs = monotonicMs();
  const tell = (evidence: FailureEvidence) => {
    subscriber.next(endEvent(end, command, atMs, evidence));
    subscriber.complete();
  };
  const evidence = words?.explain(end, atMs - startedAtMs) ?? {};
  if (evidence instanceof Promise) void evidence.then(tell);
  else tell(evidence);
}

function endEvent(
  end: ChildEnd,
  { file }: SshCommand,
  atMs: number,
  evidence: FailureEvidence,
): ChildEvent {
  if ('exit' in end) return { type: 'child.exited', ...end.exit, atMs, ...evidence };
  return { type: 'child.unrunnable', reason: `${file}: ${end.unrunnable}`, atMs, ...evidence };
}

/** Nobody could say what to run, or somebody knew that it would be in vain. */
function withoutCommand(error: unknown): ChildEvent {
  const atMs = monotonicMs();
  if (error instanceof StartRefused) {
    const { evidence, message } = error;
    return { type: 'child.unrunnable', reason: message, atMs, ...evidence };
  }
  const reason = `no command for ssh: ${systemErrorText(error)}`;
  return { type: 'child.unrunnable', reason, atMs };
}
