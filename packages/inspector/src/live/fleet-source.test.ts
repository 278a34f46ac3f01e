import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFleet, type Fleet, type FleetTunnel } from '@holdfast/engine';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { launchNothing } from '../../../engine/src/testing/launch-nothing.ts';
import type { SourceObserver } from '../source.ts';
import { fleetSource } from './fleet-source.ts';

const SECRET_KEY = '/home/me/.ssh/secret_key';

let folder: string;
let fleet: Fleet;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-inspector-'));
  fleet = createFleet({
    tunnels: [spec('db', ['-i', SECRET_KEY, '-o', 'SetEnv=PASSWORD=hunter2']), spec('web')],
    runtimeDir: join(folder, 'run'),
    ssh: '/bin/sh',
    launch: launchNothing,
    env: { PATH: process.env['PATH'], PASSWORD: 'hunter2' },
  });
});
afterEach(async () => {
  await fleet.close();
  rmSync(folder, { recursive: true, force: true });
});

function spec(name: string, options: readonly string[] = []): FleetTunnel {
  return { name, host: `me@${name}.example`, options, heartbeat: 'none' };
}

function openSource() {
  return fleetSource({ fleet, title: 'a fleet', version: '1.2.3' });
}

function remember(follows?: string) {
  const changed = new Set<string>();
  const steps: string[] = [];
  const ended: string[] = [];
  let listed = 0;
  const observer: SourceObserver = {
    changed: (name) => void changed.add(name),
    listed: () => void (listed += 1),
    isFollowed: (name) => name === follows,
    stepped: (name, step) => void steps.push(`${name}: ${step.event}`),
    ended: (reason) => void ended.push(reason),
  };
  return { observer, changed, steps, ended, listed: () => listed };
}

describe('a fleet that is watched', () => {
  it('tells which tunnels changed, and has rows of them', async () => {
    const source = openSource();
    const { observer, changed } = remember();
    const unwatch = source.watch(observer);
    expect(source.row('db')).toMatchObject({ state: 'stopped', active: [], taken: [], starts: 0 });
    fleet.start(['db']);
    await expect.poll(() => source.row('db')?.state).toBe('connecting');
    expect([...changed]).toEqual(['db']);
    expect(source.row('db')).toMatchObject({
      name: 'db',
      chart: 'tunnel',
      host: 'me@db.example',
      active: ['running', 'running.unproven', 'running.unproven.connecting'],
      taken: [expect.stringContaining('child.spawned')],
      starts: 1,
      roundTripsMs: [],
    });
    const drawn = (await source.chart('tunnel'))!;
    const { active, taken } = source.row('db')!;
    const paths = drawn.chart.states.map(({ path }) => path);
    expect(active.filter((path) => !paths.includes(path))).toEqual([]);
    const transitions = drawn.chart.transitions.map(({ id }) => id);
    expect(taken.filter((id) => !transitions.includes(id))).toEqual([]);
    expect(Object.keys(drawn.layout.states)).toEqual(expect.arrayContaining(paths));
    expect(source.row('nobody')).toBeUndefined();
    expect(source.names()).toEqual(['db', 'web']);
    unwatch();
  });

  it('finds tunnels as they are that were started before', async () => {
    fleet.start(['db']);
    const source = openSource();
    await expect.poll(() => fleet.describe('db').state).toBe('connecting');
    const unwatch = source.watch(remember().observer);
    expect(source.row('db')?.active).toContain('running.unproven.connecting');
    unwatch();
  });

  it('makes steps of the one that is followed', async () => {
    const source = openSource();
    const { observer, steps } = remember('db');
    const unwatch = source.watch(observer);
    fleet.start(['db', 'web']);
    await expect.poll(() => steps.join()).toContain('db: child.spawned');
    await expect.poll(() => fleet.describe('web').state).toBe('connecting');
    expect(steps.filter((step) => !step.startsWith('db: '))).toEqual([]);
    unwatch();
  });

  it('tells that the list is another, and that it ends', async () => {
    const source = openSource();
    const { observer, listed, ended } = remember();
    source.watch(observer);
    await fleet.apply([spec('web'), spec('new')]);
    expect(listed()).toBe(2);
    expect(source.names()).toEqual(['web', 'new']);
    await fleet.close();
    expect(ended).toEqual(['the fleet was closed']);
  });

  it('is left alone when nobody watches any more', async () => {
    const observers: (() => void)[] = [];
    const inspect = vi.spyOn(fleet, 'inspect').mockImplementation(() => {
      const unsubscribe = vi.fn<() => void>();
      observers.push(unsubscribe);
      return { unsubscribe };
    });
    const events = vi.spyOn(fleet.event$, 'subscribe');
    const source = openSource();
    source.hello();
    expect(inspect).not.toHaveBeenCalled();
    expect(events).not.toHaveBeenCalled();
    source.watch(remember().observer)();
    expect(inspect).toHaveBeenCalledTimes(1);
    expect(observers[0]).toHaveBeenCalledTimes(1);
    expect(events.mock.results[0]!.value).toMatchObject({ closed: true });
  });
});

describe('the actions of a fleet', () => {
  it('are its orders', async () => {
    const source = openSource();
    expect(source.hello().actions).toEqual(['start', 'restart', 'stop', 'probe']);
    await source.act('db', 'start');
    await expect.poll(() => fleet.describe('db').state).toBe('connecting');
    await source.act('db', 'probe');
    await source.act('db', 'restart');
    await expect.poll(() => fleet.describe('db').starts).toBe(2);
    await source.act('db', 'stop');
    await expect.poll(() => fleet.describe('db').state).toBe('stopped');
  });

  it('are refused for a tunnel that is not there, and when it was closed', async () => {
    const source = openSource();
    expect(() => source.act('nobody', 'start')).toThrow('unknown tunnel nobody');
    expect(() => source.why('nobody')).toThrow('unknown tunnel nobody');
    await fleet.close();
    expect(() => source.act('db', 'start')).toThrow('the fleet was closed');
  });
});

it('tells nothing of keys, options and environment', async () => {
  const source = openSource();
  const { observer } = remember('db');
  const told: unknown[] = [];
  source.watch({ ...observer, stepped: (_name, step) => void told.push(step) });
  fleet.start(['db']);
  await expect.poll(() => fleet.describe('db').state).toBe('connecting');
  fleet
    .actors()
    .get('db')!
    .send({
      type: 'child.exited',
      status: 255,
      signal: null,
      atMs: performance.now(),
      failure: {
        class: 'auth',
        sentence: `the key "${SECRET_KEY}" was refused with PASSWORD=hunter2`,
        line: `Load key "${SECRET_KEY}": Permission denied`,
        remedy: `run ssh-add ${SECRET_KEY}`,
      },
    });
  expect(fleet.why('db').sentences.join()).toContain(SECRET_KEY);
  told.push(source.row('db'), source.why('db'), await source.steps('db', {}), source.hello());
  expect(JSON.stringify(told)).toContain('was refused');
  expect(JSON.stringify(told)).not.toMatch(/secret_key|hunter2/);
});
