import { array, assert, constantFrom, nat, property, tuple } from 'fast-check';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { makeRuntimeFolder } from '../testing/runtime-folder.ts';
import { removeClaim } from './claim.ts';
import { contend, type Outcome } from './contend.ts';
import type { ProcessIdentity } from './process-identity.ts';

const SEATS = 4;
const folder = makeRuntimeFolder();
const path = folder.file('lock');
afterAll(() => folder.remove());

type Steps = ReturnType<typeof contend>;

/** Processes that never were: each seat has one at a time, whose next step the test takes. */
function makeWorld() {
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path);
  writeFileSync(`${path}/3`, JSON.stringify(identityOf(1)));
  const living = new Map<number, ProcessIdentity>();
  const seats: { pid: number; steps: Steps; outcome: Outcome | undefined }[] = [];
  let lastPid = 1;
  const sitDown = (seat: number) => {
    const self = identityOf((lastPid += 1));
    living.set(self.pid, self);
    const steps = contend({ folder: path, self, identify: (pid) => living.get(pid) });
    seats[seat] = { pid: self.pid, steps, outcome: undefined };
  };
  const leave = (seat: number) => {
    living.delete(seats[seat]!.pid);
    sitDown(seat);
  };
  for (let seat = 0; seat < SEATS; seat += 1) sitDown(seat);
  return {
    seats,
    holders: () => seats.filter(({ outcome }) => outcome?.kind === 'taken').map(({ pid }) => pid),
    step(seat: number) {
      const { steps, outcome } = seats[seat]!;
      if (outcome !== undefined) return;
      const { done, value } = steps.next();
      if (done) seats[seat]!.outcome = value;
    },
    /** As far as it goes when nobody comes between its steps. */
    run(seat: number) {
      while (seats[seat]!.outcome === undefined) this.step(seat);
    },
    die: leave,
    finish(seat: number) {
      const { outcome } = seats[seat]!;
      if (outcome === undefined) return;
      if (outcome.kind === 'taken') removeClaim(path, outcome.number);
      leave(seat);
    },
  };
}

function claimNames(): string[] {
  return readdirSync(path).toSorted();
}

function identityOf(pid: number): ProcessIdentity {
  return { pid, startTime: String(pid), bootId: 'now' };
}

// Mostly steps: a process has about six of them to go.
const move = constantFrom(
  'step',
  'step',
  'step',
  'step',
  'step',
  'step',
  'die',
  'finish',
  'finish',
);
const schedule = array(tuple(move, nat({ max: SEATS - 1 })), { minLength: 20, maxLength: 120 });

describe('processes that contend for a lock, their steps in any order', () => {
  it('never have it at once, though some die and others let it go', () => {
    assert(
      property(schedule, (moves) => {
        const world = makeWorld();
        for (const [name, seat] of moves) {
          world[name as 'step' | 'die' | 'finish'](seat);
          expect(world.holders().length).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 1500 },
    );
  });

  it('come to an end: one has it, and all others say that this one has it', () => {
    assert(
      property(schedule, (moves) => {
        const world = makeWorld();
        for (const [name, seat] of moves) world[name as 'step' | 'die' | 'finish'](seat);
        for (let seat = 0; seat < SEATS; seat += 1) world.die(seat);
        for (let round = 0; round < 100; round += 1) {
          for (let seat = 0; seat < SEATS; seat += 1) world.step(seat);
        }
        const [holder, ...more] = world.holders();
        expect(more).toEqual([]);
        const others = world.seats.filter(({ pid }) => pid !== holder);
        expect(others.map(({ outcome }) => outcome)).toEqual(
          others.map(() => ({ kind: 'held', pid: holder })),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('take back a claim that was made too late, and are not believed before that', () => {
    const world = makeWorld();
    const [late, first, second, onlooker] = [0, 1, 2, 3];
    world.step(late);
    world.run(first);
    world.die(first);
    world.run(second);
    const winner = world.seats[second]!.pid;
    // It makes claim 4, which is free again, beside the winner's claim 5, and sees it.
    world.step(late);
    world.step(late);
    expect(claimNames()).toEqual(['4', '5']);
    world.finish(second);
    world.step(onlooker);
    world.step(onlooker);
    expect(world.seats[onlooker]!.outcome).toBeUndefined();
    world.step(late);
    expect(claimNames()).toEqual([]);
    expect(world.holders()).not.toContain(winner);
    world.run(onlooker);
    world.run(late);
    const { pid } = world.seats[onlooker]!;
    expect(world.holders()).toEqual([pid]);
    expect(world.seats[late]!.outcome).toEqual({ kind: 'held', pid });
  });
});
