import type { ChildEvent } from '@holdfast/machines';
import {
  EMPTY,
  defer,
  delayWhen,
  fromEvent,
  ignoreElements,
  map,
  merge,
  of,
  race,
  switchMap,
  takeWhile,
  tap,
  timer,
  using,
  type Observable,
} from 'rxjs';
import { monotonicMs } from '../clock.ts';
import { systemErrorText } from '../system-error.ts';
import { terminate, type ChildTable, type TabledChild } from './child-table.ts';
import type { SshCommand } from './command.ts';
import { findProgram } from './find-program.ts';
import type { ChildEnd, Launch } from './launch.ts';
import { refusedForward$ } from './refused-forward.ts';

/** How long to wait for the rest of stderr: a ControlPersist master may hold it for ever. */
const DRAIN_MS = 100;

/** What one ssh is made of. */
export interface SshChildSource {
  readonly launch: Launch;
  readonly children: ChildTable;
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
  return defer(() =>
    command.then(
      (known) => startedChild$(source, known),
      (error: unknown) => of(withoutCommand(error)),
    ),
  ).pipe(switchMap((events$) => events$));
}

function startedChild$(source: SshChildSource, command: SshCommand): Observable<ChildEvent> {
  const program = findProgram(command.file, command.env?.['PATH']);
  if ('problem' in program) return of(unrunnable(command, program.problem));
  return using(
    () => source.children.run(source.launch, command),
    (child) => childEvents$(child as TabledChild, command, source.signal$),
  );
}

function childEvents$(
  child: TabledChild,
  command: SshCommand,
  signal$: SshChildSource['signal$'],
): Observable<ChildEvent> {
  const { pid, stderr } = child;
  const obeyed$ = signal$.pipe(
    tap((name) => (name === 'SIGTERM' ? terminate(child) : child.signal(name))),
    ignoreElements(),
  );
  return merge(
    child.ended$.pipe(
      delayWhen(() => drained$(stderr)),
      map((end) => endEvent(end, command)),
    ),
    pid === undefined ? EMPTY : of({ type: 'child.spawned', pid, atMs: monotonicMs() } as const),
    stderr === null ? EMPTY : passedOnStderr$(stderr, command),
    obeyed$,
  ).pipe(takeWhile(({ type }) => type !== 'child.exited' && type !== 'child.unrunnable', true));
}

/** When the last words of ssh have been read: at once, if nobody reads them here. */
function drained$(stderr: TabledChild['stderr']): Observable<unknown> {
  if (stderr === null || stderr.readableEnded) return of(true);
  return race(fromEvent(stderr, 'end'), timer(DRAIN_MS));
}

/**
 * ssh's stderr goes where it would have gone; on its way it is read for a refused forward.
 *
 * Not by `pipe`: that stops reading when this process's stderr is closed, and ssh would wait for ever to get rid of its words.
 */
function passedOnStderr$(
  stderr: NonNullable<TabledChild['stderr']>,
  { watchedPort }: SshCommand,
): Observable<ChildEvent> {
  stderr.on('data', (chunk: Buffer) => ownStderr().write(chunk));
  return watchedPort === undefined ? EMPTY : refusedForward$(stderr, watchedPort);
}

/** This process's stderr; that it is closed ends nothing. */
function ownStderr(): NodeJS.WriteStream {
  const { stderr } = process;
  return stderr.listeners('error').includes(ignore) ? stderr : stderr.on('error', ignore);
}

function ignore(): void {
  // on purpose
}

function endEvent(end: ChildEnd, command: SshCommand): ChildEvent {
  if ('unrunnable' in end) return unrunnable(command, end.unrunnable);
  return { type: 'child.exited', ...end.exit, atMs: monotonicMs() };
}

function unrunnable({ file }: SshCommand, problem: string): ChildEvent {
  return { type: 'child.unrunnable', reason: `${file}: ${problem}` };
}

/** Nobody could say what to run. */
function withoutCommand(error: unknown): ChildEvent {
  return { type: 'child.unrunnable', reason: `no command for ssh: ${systemErrorText(error)}` };
}
