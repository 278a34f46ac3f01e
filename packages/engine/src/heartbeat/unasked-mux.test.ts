import type { HeartbeatEvent } from '@holdfast/machines';
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { lastValueFrom, toArray } from 'rxjs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  CLOSE_FORWARD,
  OPEN_FORWARD,
  playMaster,
  type PlayedMaster,
} from '../testing/played-master.ts';
import { scratchFolder, type ScratchFolder } from '../testing/scratch-folder.ts';
import { createUnaskedMuxDriver, type UnaskedMuxSettings } from './unasked-mux.ts';

const ANSWERED = { type: 'heartbeat.answered' };
const PATIENT = { timeout: 90_000, interval: 5 };
/** As OpenSSH's server refuses. */
const REFUSED = { failure: 'remote port forwarding failed for listen port 0' };

let folder: ScratchFolder;
let master: PlayedMaster | undefined;

beforeEach(() => {
  folder = scratchFolder();
});

afterEach(async () => {
  await master?.close();
  master = undefined;
  folder.remove();
});

const path = () => folder.file('s');

const driverOf = (settings: Partial<UnaskedMuxSettings> = {}) =>
  createUnaskedMuxDriver({
    place: () => ({ path: path() }),
    timeoutMs: 10_000,
    hasSession: false,
    isQuiet: false,
    isLoginOverdue: () => false,
    tellTaken: () => undefined,
    ...settings,
  });

/** Every answer to one probe. */
const ask = (driver: ReturnType<typeof driverOf>): Promise<HeartbeatEvent[]> =>
  lastValueFrom(driver.probe({ pid: process.pid }).pipe(toArray()));

const is = (type: string, reason: string) => [{ type, reason: expect.stringContaining(reason) }];

describe('a server that', () => {
  test.each([true, false])('grants is alive (session: %s)', async (hasSession) => {
    master = await playMaster(path());
    const driver = driverOf({ hasSession });
    expect(await ask(driver)).toEqual([ANSWERED]);
    expect(await ask(driver)).toEqual([ANSWERED]);
    await expect
      .poll(() => master!.asked, PATIENT)
      .toEqual([OPEN_FORWARD, CLOSE_FORWARD, OPEN_FORWARD, CLOSE_FORWARD]);
    // An open connection would keep an ssh with a session from ending.
    await expect.poll(() => master!.open, PATIENT).toBe(hasSession ? 0 : 1);
  });

  test('refuses is alive, where ssh has no session', async () => {
    master = await playMaster(path(), () => REFUSED);
    expect(await ask(driverOf())).toEqual([ANSWERED]);
  });

  test('refuses is asked no more, where ssh writes that to the stderr of its caller', async () => {
    master = await playMaster(path(), () => REFUSED);
    const answer = await ask(driverOf({ hasSession: true }));
    expect(answer).toEqual(is('heartbeat.impossible', 'the server refuses'));
    await expect.poll(() => master!.open, PATIENT).toBe(0);
  });

  test('refuses is asked again, where ssh writes nothing', async () => {
    master = await playMaster(path(), () => REFUSED);
    expect(await ask(driverOf({ hasSession: true, isQuiet: true }))).toEqual([ANSWERED]);
  });

  test('is silent is missed, where ssh has no session', async () => {
    master = await playMaster(path(), () => 'nothing');
    const answer = await ask(driverOf({ timeoutMs: 50 }));
    expect(answer).toEqual(is('heartbeat.missed', 'the server does not answer (waited 100 ms)'));
    await expect.poll(() => master!.open, PATIENT).toBe(0);
  });

  test('is silent is missed, if it has answered before', async () => {
    let says: 'granted' | 'nothing' = 'granted';
    master = await playMaster(path(), () => says);
    const driver = driverOf({ hasSession: true, timeoutMs: 500 });
    await expect.poll(() => ask(driver), PATIENT).toEqual([ANSWERED]);
    says = 'nothing';
    expect(await ask(driver)).toEqual(is('heartbeat.missed', 'the server does not answer'));
    // ssh could not end as long as the question is open.
    await expect.poll(() => master!.open, PATIENT).toBe(0);
  });

  test('has never answered costs no session', async () => {
    master = await playMaster(path(), () => 'nothing');
    const taken: boolean[] = [];
    const driver = driverOf({
      hasSession: true,
      timeoutMs: 50,
      tellTaken: (isTaken) => taken.push(isTaken),
    });
    expect(await ask(driver)).toEqual(is('heartbeat.impossible', 'and does not answer'));
    await expect.poll(() => master!.open, PATIENT).toBe(0);
    driver.end!();
    expect(taken).toEqual([]);
  });

  test.each([
    ['bye', false],
    ['nothing', false],
    ['granted', true],
  ] as const)('says %s to the first probe: takes them: %s', async (says, isTaken) => {
    master = await playMaster(path(), () => says);
    const taken: boolean[] = [];
    const driver = driverOf({ timeoutMs: 200, tellTaken: (is) => taken.push(is) });
    driver.end!();
    await ask(driver);
    driver.end!();
    expect(taken).toEqual([isTaken]);
  });
});

describe('a probe proves nothing when', () => {
  test('ssh is stopped', async () => {
    master = await playMaster(
      path(),
      () => 'granted',
      () => false,
    );
    expect(await ask(driverOf())).toEqual(is('heartbeat.unsent', 'ssh itself does not answer'));
  });

  test('ssh was stopped while its server was asked', async () => {
    let isRunning = true;
    master = await playMaster(
      path(),
      () => {
        isRunning = false;
        return 'nothing';
      },
      () => isRunning,
    );
    const answer = await ask(driverOf({ timeoutMs: 50 }));
    expect(answer).toEqual(is('heartbeat.unsent', 'ssh itself does not answer'));
  });

  test('ssh has not logged in', async () => {
    const answer = await ask(driverOf());
    expect(answer).toEqual(is('heartbeat.unsent', 'ssh has not logged in yet'));
  });

  test('ssh hangs up', async () => {
    master = await playMaster(path(), () => 'bye');
    expect(await ask(driverOf())).toEqual(is('heartbeat.unsent', 'closed its control socket'));
  });

  test('the file of its socket is gone, though ssh listens', async () => {
    // As ssh makes it: under a longer name first.
    master = await playMaster(`${path()}.0123456789abcdef`);
    const answer = await ask(driverOf({ isLoginOverdue: () => true }));
    expect(answer).toEqual(is('heartbeat.unsent', 'No such file or directory'));
  });
});

test('an ssh that had time enough to log in, and nobody types, is missed', async () => {
  const answer = await ask(driverOf({ isLoginOverdue: () => true }));
  expect(answer).toEqual(is('heartbeat.missed', 'ssh has not logged in'));
});

test('a connection that is kept needs no path', async () => {
  master = await playMaster(path());
  const driver = driverOf();
  expect(await ask(driver)).toEqual([ANSWERED]);
  rmSync(path());
  expect(await ask(driver)).toEqual([ANSWERED]);
});

test('each ssh is asked at its own path', async () => {
  const paths = [folder.file('1'), folder.file('2')];
  const masters = await Promise.all(paths.map((one) => playMaster(one)));
  let present = 0;
  const driver = driverOf({ place: () => ({ path: paths[present]! }) });
  await ask(driver);
  present = 1;
  await ask(driver);
  await expect.poll(() => masters.map(({ open }) => open), PATIENT).toEqual([0, 1]);
  await Promise.all(masters.map((one) => one.close()));
});

test('an ssh that has no control socket cannot be asked', async () => {
  const answer = await ask(driverOf({ place: () => ({ problem: 'no room' }) }));
  expect(answer).toEqual(is('heartbeat.impossible', 'no room'));
});

describe('an ssh with a session', () => {
  test('is not asked if nobody would see its session end', async () => {
    master = await playMaster(path());
    const driver = driverOf({ hasSession: true, sessionOf: () => undefined });
    expect(await ask(driver)).toEqual(is('heartbeat.impossible', 'when the session of ssh ends'));
    expect(master.asked).toEqual([]);
    await expect.poll(() => master!.open, PATIENT).toBe(0);
  });

  test.each([
    ['is told to end with its session, if its server owes an answer', 'nothing', true],
    ['is left alone, if its server answered', 'granted', false],
  ] as const)('%s', async (_title, says, isToldToEnd) => {
    const TERMINATE = 0x1000_0005;
    master = await playMaster(path(), () => says);
    let looks = 0;
    const driver = driverOf({
      hasSession: true,
      timeoutMs: 50,
      sessionOf: () => () => ++looks > 1,
    });
    await ask(driver);
    if (isToldToEnd) await expect.poll(() => master!.asked, PATIENT).toContain(TERMINATE);
    driver.end!();
    const before = looks;
    await sleep(1200);
    expect(looks).toBe(before);
    expect(master.asked.includes(TERMINATE)).toBe(isToldToEnd);
  });
});

test('whoever stops waiting leaves no connection behind', async () => {
  master = await playMaster(path(), () => 'nothing');
  const asking = driverOf({ hasSession: true }).probe({ pid: undefined }).subscribe();
  await expect.poll(() => master!.asked, PATIENT).toEqual([OPEN_FORWARD]);
  asking.unsubscribe();
  await expect.poll(() => master!.open, PATIENT).toBe(0);
});
