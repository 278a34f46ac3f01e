import fc from 'fast-check';
import { VirtualTimeScheduler } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { networkChange$ } from './network-change.ts';
import type { NetworkLook } from './settled-change.ts';

const HOME: NetworkLook = { addresses: 'eth0 192.168.1.10/24', routes: 'eth0 192.168.1.1' };
const AWAY: NetworkLook = { addresses: 'wlan0 10.0.0.2/24', routes: 'wlan0 10.0.0.1' };

/** A machine whose clocks and network are set by hand. */
function scene(first = HOME) {
  const scheduler = new VirtualTimeScheduler();
  const machine = { look: first, looks: 0, aheadMs: 0, lookTakesMs: 0, fails: false };
  let busyMs = 0;
  const options = {
    scheduler,
    clocks: {
      wallMs: () => scheduler.now() + machine.aheadMs,
      monotonicMs: () => scheduler.now() + busyMs,
    },
    look: () => {
      machine.looks += 1;
      busyMs += machine.lookTakesMs;
      if (machine.fails) throw new Error('EMFILE: too many open files');
      return machine.look;
    },
  };
  const told: string[] = [];
  const subscription = networkChange$(options).subscribe((change) =>
    told.push(`${change} at ${scheduler.now()}`),
  );
  const runTo = (ms: number) => {
    scheduler.maxFrames = ms;
    scheduler.flush();
  };
  return { scheduler, machine, told, runTo, subscription };
}

describe('a change of the network is told', () => {
  test.each<[title: string, now: NetworkLook, change: string]>([
    ['when addresses change', { ...HOME, addresses: '' }, 'addresses-changed'],
    ['when default routes change', { ...HOME, routes: '' }, 'route-changed'],
    ['once when both change', AWAY, 'addresses-changed'],
  ])('%s, after half a quiet second', (_, now, change) => {
    const { machine, told, runTo } = scene();
    runTo(5000);
    machine.look = now;
    runTo(60_000);
    expect(told).toEqual([`${change} at 6500`]);
  });

  test('once for a burst, when it is over', () => {
    const { machine, told, runTo } = scene();
    runTo(5900);
    machine.look = { ...HOME, routes: '' };
    runTo(6400);
    machine.look = { addresses: '', routes: '' };
    runTo(6900);
    machine.look = AWAY;
    runTo(60_000);
    expect(told).toEqual(['addresses-changed at 7500']);
  });

  test('when it is undone before it is told', () => {
    const { machine, told, runTo } = scene();
    runTo(5900);
    machine.look = AWAY;
    runTo(6100);
    machine.look = HOME;
    runTo(60_000);
    expect(told).toEqual(['addresses-changed at 7000']);
  });

  test('again and again when the network never settles', () => {
    const { machine, told, runTo } = scene();
    for (let ms = 0; ms <= 20_000; ms += 250) {
      machine.look = { ...HOME, addresses: String(ms) };
      runTo(ms);
    }
    expect(told.length).toBeGreaterThanOrEqual(3);
  });

  test('not when nothing changes, nor for what was there before', () => {
    const { told, runTo, machine } = scene(AWAY);
    runTo(600_000);
    expect([told, machine.looks]).toEqual([[], 601]);
  });
});

test('a wake is told at once, and the new network after it', () => {
  const { machine, told, runTo } = scene();
  runTo(5500);
  machine.aheadMs += 3600_000;
  machine.look = AWAY;
  runTo(60_000);
  expect(told).toEqual(['woke-up at 6000', 'addresses-changed at 6500']);
});

test('looks that fail see no change, and the next one sees it', () => {
  const { machine, told, runTo } = scene();
  runTo(3000);
  machine.fails = true;
  machine.look = AWAY;
  runTo(9000);
  expect(told).toEqual([]);
  machine.fails = false;
  runTo(60_000);
  expect(told).toEqual(['addresses-changed at 10500']);
});

test.each([
  [1, 1000],
  [4, 4000],
  [3600_000, 10_000],
])('after a look of %i ms the next one is %i ms later', (lookTakesMs, laterMs) => {
  const { machine, runTo } = scene();
  runTo(999);
  machine.lookTakesMs = lookTakesMs;
  runTo(1000);
  expect(machine.looks).toBe(2);
  runTo(1000 + laterMs - 1);
  expect(machine.looks).toBe(2);
  runTo(1000 + laterMs);
  expect(machine.looks).toBe(3);
});

test('each subscriber looks for itself, and leaves nothing behind', () => {
  const { machine, runTo, subscription, scheduler } = scene();
  runTo(10_000);
  subscription.unsubscribe();
  const { looks } = machine;
  runTo(20_000);
  expect([machine.looks, scheduler.actions]).toEqual([looks, []]);
});

test('whatever the network does, a change that stays is told, no more is told than changed, and silence tells nothing', () => {
  const step = fc.record({ afterMs: fc.integer({ min: 1, max: 9000 }), network: fc.nat(3) });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 20 }), (steps) => {
      const { machine, told, runTo } = scene({ addresses: '0', routes: '' });
      let nowMs = 0;
      let changes = 0;
      for (const { afterMs, network } of steps) {
        runTo((nowMs += afterMs));
        if (machine.look.addresses !== String(network)) changes += 1;
        machine.look = { addresses: String(network), routes: '' };
      }
      runTo((nowMs += 7000));
      if (machine.look.addresses !== '0') expect(told.length).toBeGreaterThan(0);
      expect(told.length).toBeLessThanOrEqual(changes);
      const toldSoFar = [...told];
      runTo(nowMs + 60_000);
      expect(told).toEqual(toldSoFar);
    }),
  );
});
