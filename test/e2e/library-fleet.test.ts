import { getEventListeners } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createFleet,
  FleetError,
  type CustomHeartbeat,
  type Fleet,
  type FleetEvent,
  type FleetOptions,
  type FleetTunnel,
} from '@holdfast/engine';
import { RULE_SETS, type HeartbeatEvent, type RuleSet } from '@holdfast/machines';
import { afterEach, describe, expect, expectTypeOf, onTestFinished, test } from 'vitest';
import { endScene, PATIENT, startLine, startServer } from './support/embedded-scene.ts';
import { endFleets, makeFleet as makeScene, sshStandIn, tunnelTo } from './support/fleet-scene.ts';

afterEach(async () => {
  await endFleets();
  await endScene();
});

/** The tunnels of a program have a name and a host, and what no file can say; the scene hands them on as they are. */
function makeFleet(tunnels: readonly FleetTunnel[], options: Partial<FleetOptions> = {}) {
  return makeScene([], { tunnels, ...options });
}

/** An ssh that stays and never logs in. */
function patientSsh(): string {
  return sshStandIn('exec sleep 600');
}

function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-library-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

describe('ready', () => {
  test('resolves when all that was started is healthy', async () => {
    const server = await startServer();
    const { fleet, state } = makeFleet([
      tunnelTo(server, { name: 'db' }),
      tunnelTo(server, { name: 'web', after: ['db'] }),
      tunnelTo(server, { name: 'idle' }),
    ]);
    fleet.start(['web']);
    await fleet.ready();
    expect([state('db'), state('web'), state('idle')]).toEqual(['healthy', 'healthy', 'stopped']);
    await fleet.ready({ names: ['db'] });
  });

  test('waits on after a lost connection, until the next one is healthy', async () => {
    const server = await startServer();
    const line = await startLine(server);
    const { fleet, status } = makeFleet([tunnelTo(server, { name: 'db' }, line.port)]);
    fleet.start(['db']);
    await fleet.ready();
    line.cut();
    await expect.poll(() => status('db').starts, PATIENT).toBe(2);
    await fleet.ready({ names: ['db'] });
    expect(status('db').state).toBe('healthy');
  });

  test('rejects when a tunnel has failed for good, and says which and why', async () => {
    const { fleet } = makeFleet([{ name: 'db', host: 'bastion' }], {
      ssh: join(scratchFolder(), 'no-ssh'),
    });
    fleet.start(['db']);
    const refused = await fleet.ready().catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(FleetError);
    expect(refused).toMatchObject({
      code: 'not-ready',
      message: expect.stringMatching(/^db has failed: .*no-ssh/),
    });
  });

  test.each([
    ['while it is waited for', 'start.succeeded', 'db is being stopped'],
    ['in the turn in which it was started', undefined, 'db was not started: start it'],
  ] as const)('rejects when a tunnel is stopped %s', async (_, moment, message) => {
    const { fleet, hear } = makeFleet([{ name: 'db', host: 'bastion' }], { ssh: patientSsh() });
    fleet.start(['db']);
    const refused = expect(fleet.ready()).rejects.toMatchObject({ code: 'not-ready', message });
    if (moment !== undefined) await hear('db', moment);
    await Promise.all([fleet.stop(['db']), refused]);
  });

  test.each([
    ['was not started', ['db'], 'not-ready', 'db was not started: start it'],
    ['is not there', ['bd'], 'unknown-tunnel', 'unknown tunnel bd'],
    ['is any of those not started', undefined, 'not-ready', 'no tunnel was started: call start'],
  ])('rejects at once for one that %s', async (_, names, code, message) => {
    const { fleet } = makeFleet([{ name: 'db', host: 'bastion' }]);
    await expect(fleet.ready({ names })).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
  });

  test('resolves at once for a fleet without tunnels', async () => {
    await makeFleet([]).fleet.ready();
  });

  test('rejects with the reason of its signal, and lets go of it and of the events', async () => {
    const { fleet, state } = makeFleet([{ name: 'db', host: 'bastion' }], { ssh: patientSsh() });
    fleet.start(['db']);
    const abort = new AbortController();
    const ready = fleet.ready({ signal: abort.signal });
    const reason = new Error('lunch');
    abort.abort(reason);
    await expect(ready).rejects.toBe(reason);
    await expect(fleet.ready({ signal: abort.signal })).rejects.toBe(reason);
    expect(getEventListeners(abort.signal, 'abort')).toEqual([]);
    expect(state('db')).not.toBe('stopped');
  });

  test('rejects when the fleet is closed', async () => {
    const { fleet } = makeFleet([{ name: 'db', host: 'bastion' }], { ssh: patientSsh() });
    fleet.start(['db']);
    const ready = fleet.ready();
    const closed = { code: 'closed', message: 'the fleet was closed' };
    await Promise.all([fleet.close(), expect(ready).rejects.toMatchObject(closed)]);
    await expect(fleet.ready()).rejects.toMatchObject(closed);
  });
});

describe('the signal of a fleet', () => {
  test('closes it: every ssh ends, and nothing can be started any more', async () => {
    const server = await startServer();
    const abort = new AbortController();
    const { fleet, status } = makeFleet([tunnelTo(server, { name: 'db' })], {
      signal: abort.signal,
    });
    fleet.start(['db']);
    await fleet.ready();
    abort.abort();
    await fleet.close();
    expect(status('db')).toMatchObject({ state: 'stopped', pid: null });
    expect(() => fleet.start(['db'])).toThrow(FleetError);
  });

  test('that was aborted before lets none be made', () => {
    const reason = new Error('too late');
    const make = () => makeFleet([], { signal: AbortSignal.abort(reason) });
    expect(make).toThrow(reason);
  });

  test('is let go of when the fleet was closed', async () => {
    const { signal } = new AbortController();
    const { fleet } = makeFleet([], { signal });
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    await fleet.close();
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});

test('a fleet that is disposed of is closed, and its events end', async () => {
  const fleet = createFleet({
    tunnels: [{ name: 'db', host: 'bastion' }],
    runtimeDir: scratchFolder(),
    ssh: patientSsh(),
  });
  const told: FleetEvent['fact']['type'][] = [];
  const reading = (async () => {
    for await (const { fact } of fleet.events()) told.push(fact.type);
  })();
  fleet.start(['db']);
  await expect.poll(() => told, PATIENT).toContain('start.succeeded');
  await fleet[Symbol.asyncDispose]();
  await reading;
  expect(told.at(-1)).toBe('tunnel.ended');
});

test('a changed list with a tunnel that could never run is refused, and nothing is changed', async () => {
  const { fleet, events } = makeFleet([{ name: 'db', host: 'bastion' }]);
  const changed = fleet.apply([
    { name: 'web', host: 'bastion' },
    { name: 'bad', host: '-x' },
  ]);
  await expect(changed).rejects.toMatchObject({ code: 'invalid-tunnel' });
  expect(fleet.status().tunnels.map(({ name }) => name)).toEqual(['db']);
  expect(events).toEqual([]);
});

describe('a heartbeat of a program’s own', () => {
  test('is asked with the pid of ssh, and its answer makes the tunnel healthy', async () => {
    const server = await startServer();
    const pids: (number | undefined)[] = [];
    const heartbeat: CustomHeartbeat = {
      async probe({ pid }) {
        pids.push(pid);
        return { type: 'heartbeat.answered' };
      },
    };
    const { fleet, status, count } = makeFleet([
      { ...tunnelTo(server, { name: 'db' }), heartbeat },
    ]);
    fleet.start(['db']);
    await fleet.ready();
    expect(status('db')).toMatchObject({ heartbeat: 'custom', state: 'healthy' });
    expect(pids).toEqual([status('db').pid]);
    fleet.probe(['db']);
    await expect.poll(() => count('db', 'probe.answered'), PATIENT).toBe(2);
  });

  test('that misses twice in a row ends ssh, and it is started again', async () => {
    const server = await startServer();
    const answers: HeartbeatEvent[] = [
      { type: 'heartbeat.answered' },
      { type: 'heartbeat.missed', reason: 'no coffee' },
    ];
    const heartbeat: CustomHeartbeat = {
      probe() {
        const answer = answers.shift();
        if (answer === undefined) throw new Error('out of coffee');
        return Promise.resolve(answer);
      },
    };
    const { fleet, hear, count, events } = makeFleet([
      { ...tunnelTo(server, { name: 'db' }), heartbeat },
    ]);
    fleet.start(['db']);
    await fleet.ready();
    fleet.probe(['db']);
    await hear('db', 'probe.missed', 2);
    await hear('db', 'start.began', 2);
    const reasons = events.flatMap(({ fact }) => (fact.type === 'probe.missed' ? fact.reason : []));
    expect(reasons.slice(0, 2)).toEqual(['no coffee', 'the heartbeat of its own: out of coffee']);
    expect(count('db', 'stop.began')).toBeGreaterThan(0);
  });
});

describe('a rule set of a program’s own', () => {
  const { holdfast } = RULE_SETS;
  const errand: RuleSet = {
    ...holdfast,
    name: 'errand',
    waitsBy: 'tries',
    exits: { ...holdfast.exits, zero: { ...holdfast.exits.zero, noGate: 'stop' } },
  };
  const done = sshStandIn.bind(undefined, 'exit 0');

  test('decides about the ssh of one tunnel, and the others go by the fleet’s', async () => {
    const { fleet, reach, hear } = makeFleet(
      [
        { name: 'errand', host: 'bastion', ruleSet: errand },
        { name: 'usual', host: 'bastion' },
      ],
      { ssh: done() },
    );
    fleet.start(['errand', 'usual']);
    const { end } = await reach('errand', 'stopped');
    expect(end).toBe('ssh exited with status 0: it had done its work');
    await hear('usual', 'start.began', 2);
  });

  test('can be that of all tunnels of the fleet', async () => {
    const { fleet, reach } = makeFleet([{ name: 'db', host: 'bastion' }], {
      ssh: done(),
      ruleSet: errand,
    });
    fleet.start(['db']);
    await reach('db', 'stopped');
    await expect(fleet.ready()).rejects.toMatchObject({
      message: 'db has stopped: ssh exited with status 0: it had done its work',
    });
  });

  test('that waits by tries is healthy, too, when its ssh is', async () => {
    const server = await startServer();
    const tunnel = tunnelTo(server, { name: 'db', heartbeat: 'none' });
    const { fleet, count } = makeFleet([{ ...tunnel, ruleSet: errand }]);
    fleet.start(['db']);
    await fleet.ready();
    expect(count('db', 'tunnel.proved')).toBe(1);
  });
});

test('everything is typed', () => {
  expectTypeOf<Fleet>().toExtend<AsyncDisposable>();
  expectTypeOf<Fleet['events']>().returns.toExtend<AsyncIterable<FleetEvent>>();
  expectTypeOf<Fleet['ready']>().returns.resolves.toBeVoid();
  expectTypeOf(createFleet).parameter(0).toExtend<{ readonly signal?: AbortSignal | undefined }>();
});
