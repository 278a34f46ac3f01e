import type { HeartbeatEvent, TunnelEmitted, TunnelEnd, TunnelState } from '@holdfast/machines';
import { Subject } from 'rxjs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { SshCommand } from './child/command.ts';
import type { LaunchedChild } from './child/launch.ts';
import { launchPlainly } from './child/launch-plainly.ts';
import { systemClock } from './clock.ts';
import type { HeartbeatDriver } from './heartbeat/driver.ts';
import type { RunningTunnel, SuperviseOptions } from './supervise-tunnel.ts';
import { isRunning } from './testing/processes.ts';

// What passes is seen at the stderr of the tests.
vi.mock('./output/own-output.ts', () => ({
  ownOutput: () => ({ write: (text: Buffer) => void process.stderr.write(text) }),
}));
// Files share their modules: what another one has loaded with the real output is loaded anew.
vi.resetModules();
const { superviseTunnel } = await import('./supervise-tunnel.ts');

const PATIENT = { timeout: 90_000 };
const SLEEP: SshCommand = { file: '/bin/sleep', args: ['60'] };
const STOPPED = { class: 'operator-stop', exitStatus: 1, sentence: 'it was told to stop' };

const tunnels: RunningTunnel[] = [];
const pids: number[] = [];

afterEach(async () => {
  vi.restoreAllMocks();
  for (const { actor, start, stop } of tunnels.splice(0)) {
    if (actor.getSnapshot().status !== 'active') continue;
    start(); // one that was never started never ends
    await stop();
  }
  await expect.poll(() => pids.filter(isRunning), PATIENT).toEqual([]);
  pids.length = 0;
});

function sh(script: string, more: Partial<SshCommand> = {}): SshCommand {
  return { file: '/bin/sh', args: ['-c', script], ...more };
}

/** Launches, and remembers who was launched. */
function launch(command: SshCommand): LaunchedChild {
  const child = launchPlainly(command);
  if (child.pid !== undefined) pids.push(child.pid);
  return child;
}

/** A tunnel with no gate and hardly a grace time, and all that it tells. */
function tunnel(options: Omit<SuperviseOptions, 'launch'> & Partial<SuperviseOptions>) {
  const made = superviseTunnel({ launch, gateSeconds: 0, pollSeconds: 1, ...options });
  tunnels.push(made);
  const facts: TunnelEmitted[] = [];
  const states: TunnelState[] = [];
  made.fact$.subscribe((fact) => facts.push(fact));
  made.state$.subscribe({ next: (state) => states.push(state), error: () => undefined });
  return { ...made, facts, states, types: () => facts.map(({ type }) => type) };
}

/** A tunnel whose machine fails when it is told to: its clock does not work then. */
function failingLater() {
  const system = {
    broken: false,
    fail: () => {
      system.broken = true;
      subject.send({ type: 'tunnel.restart' });
    },
  };
  const subject = tunnel({
    command: SLEEP,
    clock: {
      setTimeout(run, ms) {
        if (system.broken) throw new Error('the clock broke');
        return systemClock.setTimeout(run, ms);
      },
      clearTimeout: systemClock.clearTimeout,
    },
  });
  return { system, subject };
}

/** Waits until ssh runs, and has become its program. */
async function running(started: ReturnType<typeof tunnel>, times = 1): Promise<number> {
  const starts = () =>
    started.facts.flatMap((fact) => (fact.type === 'start.succeeded' ? [fact.pid] : []));
  await expect.poll(() => starts().length, PATIENT).toBe(times);
  return starts().at(-1)!;
}

describe('a tunnel', () => {
  test.each<
    [
      title: string,
      options: Parameters<typeof tunnel>[0],
      end: Partial<TunnelEnd>,
      states: TunnelState[],
    ]
  >([
    [
      'ends well when ssh does',
      { command: sh('exit 0') },
      { class: 'ssh-finished', exitStatus: 0 },
      ['connecting', 'stopped'],
    ],
    [
      'fails when ssh says what no restart can mend',
      { command: sh('exit 3') },
      { class: 'bad-status', exitStatus: 1 },
      ['connecting', 'failed'],
    ],
    [
      'fails when the first ssh ends within the gate time',
      { command: sh('exit 255'), gateSeconds: 30 },
      { class: 'premature-exit', exitStatus: 1 },
      ['gating', 'failed'],
    ],
    [
      'ends when somebody meant to end ssh',
      { command: sh('kill -TERM $$') },
      { class: 'deliberate-signal', exitStatus: 1 },
      ['connecting', 'failed'],
    ],
    [
      'fails when ssh cannot be run',
      { command: { file: '/no/ssh', args: [] } },
      {
        class: 'ssh-not-runnable',
        exitStatus: 1,
        sentence: '/no/ssh: No such file or directory',
      },
      ['connecting', 'failed'],
    ],
    [
      'fails when ssh has no command',
      { command: () => Promise.reject(new Error('no free ports')) },
      {
        class: 'ssh-not-runnable',
        exitStatus: 1,
        sentence: 'no command for ssh: no free ports',
      },
      ['connecting', 'failed'],
    ],
    [
      'ends well when no start is left',
      { command: sh('exit 255'), maxStarts: 2 },
      { class: 'starts-used-up', exitStatus: 0 },
      ['connecting', 'stopped'],
    ],
  ])('%s', async (_, options, end, states) => {
    const { start, ended, ...seen } = tunnel(options);
    start();
    expect(await ended).toMatchObject(end);
    expect(seen.states).toEqual(states);
  });

  test('tells its facts in order', async () => {
    const { start, ended, types } = tunnel({ command: sh('exit 255'), maxStarts: 2 });
    start();
    await ended;
    const one = ['backoff.began', 'start.began', 'start.succeeded', 'child.ended'];
    expect(types()).toEqual([...one, ...one, 'tunnel.ended']);
  });

  test('does nothing before its start', () => {
    const launches = vi.fn(launch);
    const { facts, states } = tunnel({ command: SLEEP, launch: launches });
    expect([launches.mock.calls.length, facts, states]).toEqual([0, [], ['connecting']]);
  });

  test('asks for the command before each start, with its number', async () => {
    const command = vi.fn((start: number) =>
      start < 3 ? Promise.resolve(sh('exit 255')) : sh('exit 0'),
    );
    const { start, ended } = tunnel({ command });
    start();
    await ended;
    expect(command.mock.calls).toEqual([[1], [2], [3]]);
  });

  test('shows whoever looks every actor, event and snapshot', async () => {
    const types: string[] = [];
    const { start, ended } = tunnel({
      command: sh('exit 0'),
      inspect: ({ type }) => types.push(type),
    });
    start();
    await ended;
    expect(types).toEqual(
      expect.arrayContaining(['@xstate.actor', '@xstate.event', '@xstate.snapshot']),
    );
  });

  test('can be told its name', async () => {
    const { start, ended, actor } = tunnel({ command: sh('exit 0'), name: 'mail' });
    start();
    await ended;
    expect(actor.getSnapshot().context.settings.name).toMatch(/^mail/);
  });

  test('with the name of another is another', async () => {
    const [one, other] = [0, 3].map((status) =>
      tunnel({ command: sh(`exit ${status}`), name: 'mail' }),
    );
    one!.start();
    other!.start();
    expect([(await one!.ended).class, (await other!.ended).class]).toEqual([
      'ssh-finished',
      'bad-status',
    ]);
  });
});

describe('an order', () => {
  test('to restart ends ssh, and starts it again', async () => {
    const subject = tunnel({ command: SLEEP });
    subject.start();
    const first = await running(subject);
    subject.send({ type: 'tunnel.restart' });
    const second = await running(subject, 2);
    expect(isRunning(first)).toBe(false);
    expect(second).not.toBe(first);
    expect(await subject.stop()).toEqual(STOPPED);
    expect(subject.states).toEqual(['connecting', 'stopping', 'connecting', 'stopping', 'stopped']);
  });

  test('to stop ends ssh, and then the tunnel', async () => {
    const subject = tunnel({ command: SLEEP });
    subject.start();
    const pid = await running(subject);
    expect(await subject.stop()).toEqual(STOPPED);
    expect(isRunning(pid)).toBe(false);
    expect(await subject.ended).toEqual(STOPPED);
  });

  test('to stop kills an ssh that does not obey', async () => {
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const stubborn = sh(`trap '' TERM; echo ready >&2; while :; do sleep 0.1; done`, {
      passesStderr: true,
    });
    const subject = tunnel({ command: stubborn, termGraceSeconds: 0.1 });
    subject.start();
    const pid = await running(subject);
    await expect.poll(() => write.mock.calls.length, PATIENT).toBe(1);
    expect(await subject.stop()).toEqual(STOPPED);
    expect(subject.types()).toContain('child.killed');
    expect(isRunning(pid)).toBe(false);
  });

  test('to stop wakes an ssh that is stopped (BUG-13)', async () => {
    const subject = tunnel({ command: SLEEP });
    subject.start();
    process.kill(await running(subject), 'SIGSTOP');
    expect(await subject.stop()).toEqual(STOPPED);
    expect(subject.types()).not.toContain('child.killed');
  });

  test('to stop is obeyed while a command is being made', async () => {
    let resolve!: (command: SshCommand) => void;
    const command = new Promise<SshCommand>((known) => (resolve = known));
    const subject = tunnel({ command: () => command });
    subject.start();
    const stopped = subject.stop();
    resolve(SLEEP);
    expect(await stopped).toEqual(STOPPED);
  });

  test('to stop is obeyed though a command is never made', async () => {
    const launches = vi.fn(launch);
    const subject = tunnel({
      command: () => new Promise(() => undefined),
      launch: launches,
      termGraceSeconds: 0.05,
      killGraceSeconds: 0.05,
    });
    subject.start();
    expect(await subject.stop()).toMatchObject({ class: 'ssh-unstoppable' });
    expect(launches).not.toHaveBeenCalled();
  });

  test('after the end does nothing', async () => {
    const { start, ended, send, stop, facts, actor } = tunnel({ command: sh('exit 0') });
    start();
    const end = await ended;
    const before = facts.length;
    send({ type: 'tunnel.restart' });
    send({ type: 'tunnel.stop' });
    send({ type: 'network.changed' });
    expect(await stop()).toEqual(end);
    expect([facts.length, actor.getSnapshot().status]).toEqual([before, 'done']);
  });
});

describe('a heartbeat', () => {
  test('is asked about the ssh that runs, and its answer counts', async () => {
    const answer$ = new Subject<HeartbeatEvent>();
    const probe = vi.fn<HeartbeatDriver['probe']>(() => answer$);
    const subject = tunnel({ command: SLEEP, firstPollSeconds: 0.05, heartbeat: { probe } });
    subject.start();
    const pid = await running(subject);
    const target = { pid, hasAnswered: false, unprovedMs: expect.any(Number) };
    await expect.poll(() => probe.mock.calls, PATIENT).toEqual([[target]]);
    answer$.next({ type: 'heartbeat.answered' });
    expect(subject.states).toEqual(['connecting', 'probing', 'healthy']);
  });

  test('that is missed restarts ssh, and is unsubscribed', async () => {
    const answers: Subject<HeartbeatEvent>[] = [];
    const probe = () => {
      const answer$ = new Subject<HeartbeatEvent>();
      answers.push(answer$);
      return answer$;
    };
    const subject = tunnel({ command: SLEEP, firstPollSeconds: 0.05, heartbeat: { probe } });
    subject.start();
    await expect.poll(() => answers.length, PATIENT).toBe(1);
    answers[0]!.next({ type: 'heartbeat.missed', reason: 'no answer' });
    await running(subject, 2);
    expect(answers[0]!.observed).toBe(false);
    expect(subject.states.slice(0, 4)).toEqual(['connecting', 'probing', 'stopping', 'connecting']);
    await expect.poll(() => answers.length, PATIENT).toBe(2);
    await subject.stop();
    expect(answers[1]!.observed).toBe(false);
  });
});

test('many starts leave no listeners behind', async () => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const warnings: Error[] = [];
  const onWarning = (warning: Error) => warnings.push(warning);
  process.on('warning', onWarning);
  const subject = tunnel({
    command: sh('echo words >&2; exit 255', { passesStderr: true }),
    maxStarts: 15,
  });
  subject.start();
  expect(await subject.ended).toMatchObject({ class: 'starts-used-up' });
  await new Promise(setImmediate);
  process.off('warning', onWarning);
  expect(warnings).toEqual([]);
  expect(pids).toHaveLength(15);
});

test('a command that cannot be made ends the tunnel, with its own words', async () => {
  const { start, ended } = tunnel({
    command: () => {
      throw new Error('no such host');
    },
  });
  start();
  expect(await ended).toMatchObject({
    class: 'ssh-not-runnable',
    sentence: expect.stringContaining('no such host'),
  });
});

describe('a machine that fails', () => {
  // XState warns of what the actors of a failed machine still say.
  beforeEach(() => void vi.spyOn(console, 'warn').mockReturnValue(undefined));

  test('makes the end a failure with its own words', async () => {
    const { system, subject } = failingLater();
    subject.start();
    await running(subject);
    system.fail();
    await expect(subject.ended).rejects.toThrow('the clock broke');
    expect(() => subject.send({ type: 'tunnel.restart' })).not.toThrow();
  });

  test('takes its ssh along', async () => {
    const { system, subject } = failingLater();
    subject.start();
    const pid = await running(subject);
    system.fail();
    await expect(subject.ended).rejects.toThrow('the clock broke');
    await expect.poll(() => isRunning(pid), PATIENT).toBe(false);
  });

  test('leaves the ssh of other tunnels alone', async () => {
    const other = tunnel({ command: SLEEP });
    other.start();
    const pid = await running(other);
    const { system, subject } = failingLater();
    subject.start();
    await running(subject);
    system.fail();
    await expect(subject.ended).rejects.toThrow('the clock broke');
    // A third one begins and ends meanwhile.
    const third = tunnel({ command: sh('exit 0') });
    third.start();
    await third.ended;
    expect([isRunning(pid), other.states]).toEqual([true, ['connecting']]);
  });
});
