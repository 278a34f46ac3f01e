import type { ChildEvent } from '@holdfast/machines';
import type { Readable } from 'node:stream';
import { lastValueFrom, NEVER, ReplaySubject, Subject, toArray, type Subscription } from 'rxjs';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { LAUNCHER_NAMES, LAUNCHERS } from '../testing/launchers.ts';
import { isRunning, kill, processState } from '../testing/processes.ts';
import { scratchFolder } from '../testing/scratch-folder.ts';
import { createChildTable } from './child-table.ts';
import type { SshCommand } from './command.ts';
import { launchPlainly } from './launch-plainly.ts';
import type { SshChildSource } from './ssh-child.ts';

// What passes is seen at the stderr of the tests.
vi.mock('../output/own-output.ts', () => ({
  ownOutput: () => ({ write: (text: Buffer) => void process.stderr.write(text) }),
}));
// Files share their modules: what another one has loaded with the real output is loaded anew.
vi.resetModules();
const { sshChild$ } = await import('./ssh-child.ts');
const { StartRefused } = await import('./command.ts');

const PATIENT = { timeout: 90_000 };
const children = createChildTable();

function sh(script: string, more: Partial<SshCommand> = {}): SshCommand {
  return { file: '/bin/sh', args: ['-c', script], ...more };
}

function source(command: SshChildSource['command'], more: Partial<SshChildSource> = {}) {
  return { launch: launchPlainly, children, command, signal$: NEVER, ...more };
}

function allEvents(from: SshChildSource): Promise<ChildEvent[]> {
  return lastValueFrom(sshChild$(from).pipe(toArray()));
}

/** Listens from now on, and knows when it is over. */
function listen(from: SshChildSource) {
  const events: ChildEvent[] = [];
  const seen = { events, isComplete: false, subscription: undefined as Subscription | undefined };
  seen.subscription = sshChild$(from).subscribe({
    next: (event) => events.push(event),
    complete: () => (seen.isComplete = true),
  });
  return seen;
}

/** A command that becomes known when the test says so. */
function promisedCommand() {
  let resolve!: (command: SshCommand) => void;
  const promise = new Promise<SshCommand>((known) => (resolve = known));
  return { promise, resolve };
}

/** The pid of the ssh that was started. */
function pidOf([spawned]: readonly ChildEvent[]): number {
  if (spawned?.type !== 'child.spawned') return expect.unreachable();
  return spawned.pid;
}

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  children.killAll();
});

describe.each(LAUNCHER_NAMES)('an ssh, launched with %s', (name) => {
  const launch = LAUNCHERS[name];

  test('spawns, then exits, and that is all', async () => {
    const events = await allEvents(source(sh('exit 255'), { launch }));
    const [spawned, exited] = events;
    expect(events).toEqual([
      { type: 'child.spawned', pid: expect.any(Number), atMs: expect.any(Number) },
      { type: 'child.exited', status: 255, signal: null, atMs: expect.any(Number) },
    ]);
    if (spawned?.type !== 'child.spawned' || exited?.type !== 'child.exited') return;
    expect(exited.atMs).toBeGreaterThanOrEqual(spawned.atMs);
  });

  test.each<[title: string, command: SshCommand, reason: string]>([
    ['is missing', { file: '/no/ssh', args: [] }, '/no/ssh: No such file or directory'],
    ['is not in PATH', { file: 'no-such-ssh', args: [] }, 'no-such-ssh: No such file or directory'],
    ['is a folder', { file: '/usr', args: [] }, '/usr: Is a directory'],
    [
      'gets too long a word',
      { file: '/bin/true', args: ['x'.repeat(4_000_000)] },
      '/bin/true: Argument list too long',
    ],
  ])('that %s is unrunnable, and that is all', async (_, command, reason) => {
    const events = await allEvents(source(command, { launch }));
    expect(events).toEqual([{ type: 'child.unrunnable', reason, atMs: expect.any(Number) }]);
  });

  test('ends when nobody listens any more', async () => {
    const { events, subscription } = listen(source(sh('exec sleep 60'), { launch }));
    const pid = pidOf(events);
    subscription!.unsubscribe();
    await expect.poll(() => isRunning(pid), PATIENT).toBe(false);
    expect(events).toHaveLength(1);
  });
});

describe('the stream', () => {
  test('starts nothing before somebody listens, and one ssh for each who does', async () => {
    const launch = vi.fn(launchPlainly);
    const stream$ = sshChild$(source(sh('exit 0'), { launch }));
    expect(launch).not.toHaveBeenCalled();
    await lastValueFrom(stream$);
    await lastValueFrom(stream$);
    expect(launch).toHaveBeenCalledTimes(2);
  });

  test('does not launch a program that cannot be found', async () => {
    const launch = vi.fn(launchPlainly);
    await allEvents(source({ file: '/no/ssh', args: [] }, { launch }));
    expect(launch).not.toHaveBeenCalled();
  });

  test('looks for the program where its own environment says', async () => {
    const events = await allEvents(source({ file: 'sh', args: [], env: { PATH: '/no/such' } }));
    const reason = 'sh: No such file or directory';
    expect(events).toEqual([{ type: 'child.unrunnable', reason, atMs: expect.any(Number) }]);
  });

  test('kills an ssh that nobody listens to, if it does not end when asked', async () => {
    const signal$ = new Subject<'SIGTERM' | 'SIGKILL'>();
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const script = `trap '' TERM; echo ready >&2; while :; do sleep 0.1; done`;
    const { events, subscription } = listen(
      source(sh(script, { passesStderr: true }), { signal$ }),
    );
    const pid = pidOf(events);
    await expect.poll(() => stderr.mock.calls.length, PATIENT).toBe(1);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    subscription!.unsubscribe();
    vi.advanceTimersByTime(4999);
    expect(isRunning(pid)).toBe(true);
    vi.advanceTimersByTime(1);
    vi.useRealTimers();
    await expect.poll(() => isRunning(pid), PATIENT).toBe(false);
  });
});

describe('an order to ssh', () => {
  test.each(['SIGTERM', 'SIGKILL'] as const)('%s reaches it', async (signal) => {
    const signal$ = new Subject<'SIGTERM' | 'SIGKILL'>();
    const seen = listen(source(sh('exec sleep 60'), { signal$ }));
    signal$.next(signal);
    await expect.poll(() => seen.isComplete, PATIENT).toBe(true);
    expect(seen.events[1]).toMatchObject({ type: 'child.exited', status: null, signal });
    expect(signal$.observed).toBe(false);
  });

  test('SIGTERM wakes an ssh that is stopped (BUG-13)', async () => {
    const signal$ = new Subject<'SIGTERM' | 'SIGKILL'>();
    const seen = listen(source(sh('exec sleep 60'), { signal$ }));
    const pid = pidOf(seen.events);
    process.kill(pid, 'SIGSTOP');
    await expect.poll(() => processState(pid), PATIENT).toBe('T');
    signal$.next('SIGTERM');
    await expect.poll(() => seen.isComplete, PATIENT).toBe(true);
    expect(seen.events[1]).toMatchObject({ type: 'child.exited', signal: 'SIGTERM' });
  });
});

describe('an stderr that passes', () => {
  const NOISE = 'mux_confirm_remote_forward: remote port forwarding failed for listen port 0';

  function watchStderr(): () => string {
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    return () => write.mock.calls.map(([chunk]) => String(chunk)).join('');
  }

  test('is passed on, and heard line by line, without what probes make ssh write', async () => {
    const stderr = watchStderr();
    const heard: string[] = [];
    const command = sh(`printf 'hello\\n${NOISE}\\r\\nlast words' >&2; exit 255`, {
      passesStderr: true,
      overhear: (line) => heard.push(line),
    });
    const events = await allEvents(source(command));
    expect(events.map(({ type }) => type)).toEqual(['child.spawned', 'child.exited']);
    expect(stderr()).toBe('hello\nlast words');
    expect(heard).toEqual(['hello', `${NOISE}\r`]);
  });

  test('does not make the exit wait for somebody who holds stderr', async () => {
    const stderr = watchStderr();
    const command = sh(`sleep 60 & echo $! >&2; exit 255`, { passesStderr: true });
    const events = await allEvents(source(command));
    const holder = Number(stderr());
    expect(events.at(-1)).toMatchObject({ type: 'child.exited', status: 255 });
    expect(isRunning(holder)).toBe(true);
    kill(holder);
  });
});

describe('the promise of a command', () => {
  test('is waited for', async () => {
    const launch = vi.fn(launchPlainly);
    const promised = promisedCommand();
    const seen = listen(source(promised.promise, { launch }));
    expect(launch).not.toHaveBeenCalled();
    promised.resolve(sh('exit 7'));
    await expect.poll(() => seen.isComplete, PATIENT).toBe(true);
    expect(seen.events[1]).toMatchObject({ type: 'child.exited', status: 7 });
  });

  test('that is not kept makes ssh unrunnable', async () => {
    const events = await allEvents(source(Promise.reject(new Error('no free ports'))));
    const reason = 'no command for ssh: no free ports';
    expect(events).toEqual([{ type: 'child.unrunnable', reason, atMs: expect.any(Number) }]);
  });

  test('that is refused makes ssh unrunnable, with the failure and the chance', async () => {
    const failure = { class: 'local-port-held', sentence: 'port 1 is held' } as const;
    const refused = new StartRefused(failure);
    const events = await allEvents(source(Promise.reject(refused), { chance: () => 0.25 }));
    expect(events).toEqual([
      {
        type: 'child.unrunnable',
        reason: 'port 1 is held',
        atMs: expect.any(Number),
        failure,
        chance: 0.25,
      },
    ]);
  });

  test('starts nothing when nobody listens any more', async () => {
    const launch = vi.fn(launchPlainly);
    const command = Promise.resolve(sh('exit 7'));
    listen(source(command, { launch })).subscription!.unsubscribe();
    await command;
    expect(launch).not.toHaveBeenCalled();
  });

  test('does not lose an order that was given before', async () => {
    const signal$ = new ReplaySubject<'SIGTERM' | 'SIGKILL'>();
    const promised = promisedCommand();
    const seen = listen(source(promised.promise, { signal$ }));
    signal$.next('SIGTERM');
    promised.resolve(sh('exec sleep 60'));
    await expect.poll(() => seen.isComplete, PATIENT).toBe(true);
    expect(seen.events[1]).toMatchObject({ type: 'child.exited', signal: 'SIGTERM' });
  });
});

describe('last words', () => {
  /** A reader that remembers what it heard and was asked. */
  function reader() {
    const heard = { text: '', explained: [] as unknown[] };
    const lastWords = () => ({
      hear: (line: string) => void (heard.text += `${line}\n`),
      explain(...end: readonly unknown[]) {
        heard.explained.push(end);
        return { class: 'unknown', sentence: heard.text } as const;
      },
    });
    return { heard, lastWords };
  }

  test('are read to the end before anybody explains the exit, byte by byte', async () => {
    const { heard, lastWords } = reader();
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const script = `i=0; while [ $i -lt 2000 ]; do echo 'fünf' >&2; i=$((i+1)); done; exit 255`;
    const events = await allEvents(source(sh(script, { lastWords }), { chance: () => 0.5 }));
    expect(heard.text).toBe('fünf\n'.repeat(2000));
    expect(heard.explained).toEqual([
      [{ exit: { status: 255, signal: null } }, expect.any(Number)],
    ]);
    expect(events[1]).toMatchObject({
      type: 'child.exited',
      failure: { class: 'unknown' },
      chance: 0.5,
    });
    expect(stderr).not.toHaveBeenCalled();
  });

  test('leave ssh without stdin and stdout', async () => {
    const { heard, lastWords } = reader();
    await allEvents(source(sh('echo out; cat; echo end >&2', { lastWords })));
    expect(heard.text).toBe('end\n');
  });

  test('of an ssh whose stderr somebody else holds are not waited for for ever', async () => {
    const { heard, lastWords } = reader();
    let stderr: Readable | null | undefined;
    const launch: typeof launchPlainly = (command) => {
      const child = launchPlainly(command);
      stderr = child.stderr;
      return child;
    };
    const events = await allEvents(
      source(sh('echo $$ >&2; sleep 60 & echo $! >&2', { lastWords }), { launch }),
    );
    // Left open, it would keep this process from ending.
    expect(stderr?.destroyed).toBe(true);
    kill(Number(heard.text.split('\n')[1]));
    expect(events.map(({ type }) => type)).toEqual(['child.spawned', 'child.exited']);
  });

  test('explain an ssh that never ran', async () => {
    const { heard, lastWords } = reader();
    const [event] = await allEvents(source({ file: '/no/ssh', args: [], lastWords }));
    expect(event).toMatchObject({ type: 'child.unrunnable', failure: { class: 'unknown' } });
    expect(heard.explained).toEqual([
      [{ unrunnable: 'No such file or directory' }, expect.any(Number)],
    ]);
  });

  test('are those of one ssh: each start has a reader of its own', async () => {
    const lastWords = vi.fn(reader().lastWords);
    const stream$ = sshChild$(source(sh('exit 0', { lastWords })));
    await lastValueFrom(stream$);
    await lastValueFrom(stream$);
    expect(lastWords).toHaveBeenCalledTimes(2);
  });
});

test('an ssh is ready when its control socket appears, and not after its end', async () => {
  const folder = scratchFolder();
  const readyPath = folder.file('s');
  const ready = await allEvents(source(sh(`: > ${readyPath}; sleep 0.5`, { readyPath })));
  const never = await allEvents(source(sh('exit 255', { readyPath: folder.file('t') })));
  folder.remove();
  expect(ready.map(({ type }) => type)).toEqual(['child.spawned', 'child.ready', 'child.exited']);
  expect(never.map(({ type }) => type)).toEqual(['child.spawned', 'child.exited']);
});
