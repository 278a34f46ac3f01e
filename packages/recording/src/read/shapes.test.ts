import {
  completeSettings,
  FAILURE_CLASSES,
  STOP_REASONS,
  TUNNEL_STATES,
  tunnelMachine,
  type TunnelEvent,
} from '@holdfast/machines';
import { expect, test } from 'vitest';
import { createActor, type AnyStateNode, type StateValue } from 'xstate';
import { parseLine } from './parse-line.ts';

const SIGHT = { hasMoved: false, resendInMs: 400, hasAddress: true, streams: 2 };

/** Each event with all that it may bring: a new one, or a new field that it must bring, does not compile until it stands here. */
const EVENTS: {
  readonly [T in TunnelEvent['type']]: Required<Extract<TunnelEvent, { readonly type: T }>>;
} = {
  'child.spawned': { type: 'child.spawned', slot: 'b', pid: 7, atMs: 1 },
  'child.exited': {
    type: 'child.exited',
    slot: 'a',
    status: 255,
    signal: null,
    atMs: 1,
    failure: { class: 'dropped', sentence: 'the connection broke' },
    chance: 0.5,
  },
  'child.unrunnable': {
    type: 'child.unrunnable',
    slot: 'b',
    reason: 'ENOENT',
    atMs: 1,
    failure: { class: 'local-lack', sentence: 'ssh is missing' },
    chance: 0.5,
  },
  'child.ready': { type: 'child.ready', slot: 'b', atMs: 1, sight: SIGHT },
  'forward.refused': {
    type: 'forward.refused',
    slot: 'b',
    port: 5432,
    failure: { class: 'remote-port-held', sentence: 'port 5432 is taken' },
  },
  'heartbeat.answered': { type: 'heartbeat.answered', atMs: 1, roundTripMs: 2 },
  'heartbeat.missed': {
    type: 'heartbeat.missed',
    reason: 'no answer',
    atMs: 1,
    silentMs: 1000,
    sight: { ...SIGHT, resendInMs: null, streams: null },
  },
  'heartbeat.impossible': { type: 'heartbeat.impossible', reason: 'no port' },
  'heartbeat.unsent': { type: 'heartbeat.unsent', reason: 'the server refuses' },
  'lifetime.over': { type: 'lifetime.over' },
  'tunnel.stop': { type: 'tunnel.stop', signal: 'SIGTERM' },
  'tunnel.restart': { type: 'tunnel.restart' },
  'tunnel.retry': { type: 'tunnel.retry' },
  'tunnel.probe': { type: 'tunnel.probe' },
  'network.changed': { type: 'network.changed' },
  'start.granted': { type: 'start.granted' },
  'challenger.granted': { type: 'challenger.granted' },
  'host.answered': { type: 'host.answered', atMs: 1, sight: SIGHT },
  'credentials.changed': { type: 'credentials.changed' },
  'check.failed': { type: 'check.failed', reason: 'status 500' },
  'settings.changed': { type: 'settings.changed', settings: { pollSeconds: 5 } },
};

/** As it is written: a text alone if it brings nothing but its type. */
function written(event: TunnelEvent): unknown {
  return Object.keys(event).length === 1 ? event.type : event;
}

// The machine tells itself that its lifetime is over, out of a delay, which is what a recording holds.
const INPUTS = Object.values(EVENTS).filter(({ type }) => type !== 'lifetime.over');

test.each(INPUTS.map((event) => [event.type, event] as const))(
  '%s is read as it was written, with all that it brings',
  (_, event) => {
    const line = [1, 10, written(event), 'healthy'];
    expect(parseLine(JSON.stringify(line), 2)).toEqual(line);
  },
);

const { context } = createActor(tunnelMachine, { input: {} }).getSnapshot();
const checkpoint = { checkpoint: 1, name: 'db', atUs: 1, sinceUs: 0, value: 'stopped' };

test('a sight that cannot be had is nothing', () => {
  const line = [1, 10, { type: 'child.ready', slot: 'b', atMs: 1, sight: null }, 'probing'];
  expect(parseLine(JSON.stringify(line), 2)).toEqual(line);
});

test.each(FAILURE_CLASSES)('a recording may hold the failure class %s', (name) => {
  const failures = { ...context.failures, counts: { [name]: 1 } };
  const line = { ...checkpoint, context: { ...context, failures } };
  expect(parseLine(JSON.stringify(line), 2)).toMatchObject({ context: { failures } });
});

test.each(STOP_REASONS)('a recording may hold the stop reason %s', (stopReason) => {
  const line = { ...checkpoint, context: { ...context, stopReason } };
  expect(parseLine(JSON.stringify(line), 2)).toMatchObject({ context: { stopReason } });
});

test.each(TUNNEL_STATES)('a recording may hold the state %s', (state) => {
  const line = { begin: 1, name: 'db', atUs: 1, settings: completeSettings({}), state };
  expect(parseLine(JSON.stringify(line), 2)).toEqual(line);
});

const DOUBT = {
  silentSinceMs: 5,
  sight: SIGHT,
  attempts: 1,
  waitMs: 2000,
  graceMs: 400,
  resumeMs: 900,
  isOverdue: true,
};

/** It lasts no time: no snapshot has it. */
const TRANSIENT = 'choosing';

/** Every way in which a state can be active: its own name, or with that of one inside. */
function valuesOf(key: string, states: AnyStateNode['states']): readonly StateValue[] {
  const inner = Object.entries(states)
    .filter(([name]) => name !== TRANSIENT)
    .flatMap(([name, node]) => valuesOf(name, node.states));
  return inner.length === 0 ? [key] : inner.map((value) => ({ [key]: value }));
}

const VALUES = Object.entries(tunnelMachine.root.states)
  .flatMap(([name, node]) => valuesOf(name, node.states))
  .map((value) => [JSON.stringify(value), value] as const);

test.each(VALUES)('a recording may hold a tunnel that is in %s', (_, value) => {
  const challenger = { pid: 8, isIn: true, isLeaving: false };
  const inDoubt = { ...context, carrier: 'b', doubt: DOUBT, challenger, hasWitness: false };
  const line = { ...checkpoint, value, context: inDoubt };
  expect(parseLine(JSON.stringify(line), 2)).toEqual(line);
});

test('a recording of a time without challengers is read as if there were none', () => {
  const { doubt: _d, carrier: _c, challenger: _h, hasWitness: _w, ...older } = context;
  const {
    patienceSeconds: _p,
    patienceAloneSeconds: _a,
    challenges: _s,
    ...settings
  } = older.settings;
  const value = { running: 'probing' };
  const line = { ...checkpoint, value, context: { ...older, settings } };
  expect(parseLine(JSON.stringify(line), 2)).toEqual({
    ...checkpoint,
    value: { running: { probing: 'asking' } },
    context,
  });
});
