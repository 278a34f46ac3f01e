import { createVirtualClock, tunnelMachine } from '@holdfast/machines';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  and,
  assign,
  createActor,
  createMachine,
  fromCallback,
  not,
  or,
  setup,
  stateIn,
  type AnyTransitionDefinition,
  type InspectionEvent,
} from 'xstate';
import { chartOf } from './chart-of.ts';
import { randomMachine } from './testing/random-machine.ts';
import { transitionId } from './transition-names.ts';

const everything = setup({
  guards: { isOld: () => true, isBig: () => true },
  actors: { upload: fromCallback(() => undefined) },
}).createMachine({
  id: 'all',
  type: 'parallel',
  states: {
    left: {
      initial: 'one',
      onDone: { actions: 'celebrate' as never },
      states: {
        one: {
          entry: [assign({}), () => undefined],
          always: { guard: and(['isOld', or(['isBig', not('isOld')])]), target: 'two' },
          after: { 1000: 'two', 500: [{ guard: stateIn({ right: 'busy' }), target: 'two' }] },
        },
        two: { type: 'final' },
        past: { type: 'history', history: 'deep', target: 'two' },
      },
    },
    right: {
      initial: 'busy',
      states: {
        busy: {
          invoke: { id: 'send', src: 'upload', onDone: 'calm', onError: 'calm' },
          on: {
            always: { target: '#all.left.past', reenter: true },
            '*': {},
            both: ['calm', { target: ['#all.left.two', 'calm'] }] as never,
          },
        },
        calm: { exit: 'leave' as never },
      },
    },
  },
});

function byId(id: string) {
  const found = chartOf(everything).transitions.find((transition) => transition.id === id);
  if (found === undefined) throw new Error(`no ${id}`);
  return found;
}

function stateAt(path: string) {
  return chartOf(everything).states.find((state) => state.path === path);
}

describe('chartOf', () => {
  test('has each state with its kind and where it begins', () => {
    expect(
      chartOf(everything).states.map(({ path, kind, initial }) => [path, kind, initial]),
    ).toEqual([
      ['', 'parallel', null],
      ['left', 'compound', 'left.one'],
      ['left.one', 'atomic', null],
      ['left.two', 'final', null],
      ['left.past', 'history', 'left.two'],
      ['right', 'compound', 'right.busy'],
      ['right.busy', 'atomic', null],
      ['right.calm', 'atomic', null],
    ]);
    expect(stateAt('left.past')?.history).toBe('deep');
  });

  test('has actions by their names, or by what they do', () => {
    expect(stateAt('left.one')?.entry).toEqual(['assign', 'inline']);
    expect(stateAt('right.calm')?.exit).toEqual(['leave']);
    expect(stateAt('right.busy')?.invokes).toEqual(['upload']);
    expect(byId('left#done/0').actions).toEqual(['celebrate']);
  });

  test('has every kind of trigger and guard', () => {
    expect(byId('left.one#always/0').guard).toBe('isOld and (isBig or not isOld)');
    expect(byId('left.one#after 500/0').guard).toBe('in right.busy');
    expect(byId('left.one#after 1000/0').trigger).toEqual({ kind: 'after', name: '1000' });
    expect(byId('right.busy#done send/0').trigger).toEqual({ kind: 'done', name: 'send' });
    expect(byId('right.busy#error send/0').target).toBe('right.calm');
    expect(byId('right.busy#*/0').target).toBeNull();
  });

  test('tells an event from a trigger of the same name', () => {
    expect(byId('right.busy#event always/0')).toMatchObject({
      target: 'left.past',
      reenter: true,
      trigger: { kind: 'event', name: 'always' },
    });
  });

  test('has further targets of a transition into several regions', () => {
    expect(byId('right.busy#both/1')).toMatchObject({
      target: 'left.two',
      otherTargets: ['right.calm'],
    });
  });

  test('survives JSON, and is the same for the same machine with other implementations', () => {
    const chart = chartOf(tunnelMachine);
    expect(JSON.parse(JSON.stringify(chart))).toEqual(chart);
    expect(chartOf(tunnelMachine.provide({ guards: { hasGate: () => true } }))).toEqual(chart);
  });

  test('names each transition once, in any machine', () => {
    fc.assert(
      fc.property(randomMachine, (machine) => {
        const ids = chartOf(machine).transitions.map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
      }),
    );
  });
});

describe('transitionId', () => {
  test('gives the transitions that XState tells of the ids of the chart', () => {
    const ids = new Set(chartOf(tunnelMachine).transitions.map(({ id }) => id));
    const taken = takenBy((send, clock) => {
      send({ type: 'child.spawned', pid: 1, atMs: 0 });
      clock.advance(30_000);
      clock.advance(600_000);
      send({ type: 'heartbeat.answered' });
      clock.advance(600_000);
      send({ type: 'tunnel.stop' });
      send({ type: 'child.exited', status: 0, signal: null, atMs: 9 });
    });
    expect(taken.filter((id) => !ids.has(id))).toEqual([]);
    expect(taken).toEqual([
      'backoff.waiting#always/1',
      'backoff.due#always/1',
      'running#child.spawned/1',
      'running.unproven.gating#after gateTime/0',
      'running.unproven#after proofTime/1',
      'running.probing#heartbeat.answered/0',
      'running.healthy#after pollTime/0',
      'running#tunnel.stop/0',
      'running.stopping#child.exited/1',
    ]);
  });

  test('is the same for two transitions only if they are one', () => {
    const machine = createMachine({ on: { go: [{ guard: 'isLate' }, { actions: 'leave' }] } });
    const [first, second] = machine.root.transitions.get('go')!;
    expect([transitionId(first!), transitionId(second!)]).toEqual(['#go/0', '#go/1']);
  });
});

type Actor = ReturnType<typeof createActor<typeof tunnelMachine>>;

function takenBy(
  play: (send: Actor['send'], clock: ReturnType<typeof createVirtualClock>) => void,
): readonly string[] {
  const taken: string[] = [];
  const inspect = (event: InspectionEvent) => {
    if (event.type !== '@xstate.microstep') return;
    const { _transitions } = event as unknown as { _transitions: AnyTransitionDefinition[] };
    taken.push(..._transitions.map(transitionId));
  };
  const hole = fromCallback(() => undefined);
  const machine = tunnelMachine.provide({
    actors: { sshChild: hole, heartbeat: hole } as never,
  });
  const clock = createVirtualClock();
  const actor = createActor(machine, {
    input: { gateSeconds: 30, hasHeartbeat: true },
    clock,
    inspect,
  });
  actor.start();
  play((event) => actor.send(event), clock);
  return taken;
}
