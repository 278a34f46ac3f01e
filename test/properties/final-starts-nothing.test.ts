import { isDeepStrictEqual } from 'node:util';
import { tunnelMachine, type TunnelEvent } from '@holdfast/machines';
import { transition } from 'xstate';
import { test } from 'vitest';
import { RULE_SET_NAMES } from './support/expected-rules.ts';
import {
  demand,
  FEWER_RUNS,
  LONGEST_MS,
  tryToBreak,
  tryToBreakInDoubt,
  type Law,
  type LawRun,
} from './support/laws.ts';
import type { SteppedTunnel } from './support/stepped-tunnel.ts';

const EVERY_EVENT: readonly TunnelEvent[] = [
  { type: 'child.spawned', pid: 7, atMs: 0 },
  { type: 'child.exited', status: 255, signal: null, atMs: 0 },
  { type: 'child.unrunnable', reason: 'gone' },
  { type: 'forward.refused', port: 1 },
  { type: 'heartbeat.answered' },
  { type: 'heartbeat.missed', reason: 'late' },
  { type: 'heartbeat.impossible', reason: 'no' },
  { type: 'tunnel.stop' },
  { type: 'tunnel.restart' },
  { type: 'tunnel.retry' },
  { type: 'tunnel.probe' },
  { type: 'network.changed' },
  { type: 'child.ready', atMs: 0 },
  { type: 'start.granted' },
  { type: 'challenger.granted' },
  { type: 'child.spawned', slot: 'b', pid: 8, atMs: 0 },
  { type: 'child.ready', slot: 'b', atMs: 0 },
  { type: 'child.exited', slot: 'b', status: 255, signal: null, atMs: 0 },
  { type: 'host.answered' },
  { type: 'credentials.changed' },
  { type: 'check.failed', reason: 'no page' },
  { type: 'lifetime.over' },
];

function traceOf({ states, holes, emitted, end }: SteppedTunnel) {
  return { states: [...states], holes: [...holes], emitted: [...emitted], end };
}

function createLaw(): Law {
  let last: ReturnType<typeof traceOf> | undefined;

  const check = ({ tunnel }: LawRun) => {
    if (tunnel.isActive) return;
    demand(tunnel.clock.pending === 0, 'a tunnel that ended left a timer behind');
    demand(tunnel.challenger === undefined, 'a tunnel that ended left a challenger behind');
    last ??= traceOf(tunnel);
    demand(isDeepStrictEqual(traceOf(tunnel), last), 'a tunnel that ended did something');
  };

  return {
    after: check,
    finally(run) {
      const { tunnel } = run;
      run.perform({ do: 'stop' });
      run.perform({ do: 'advance', ms: 10_000 });
      demand(!tunnel.isActive, 'not ended');
      demand(tunnel.emitted.at(-1)?.type === 'tunnel.ended', 'the end was not told last');

      run.perform({ do: 'advance', ms: 10_000_000_000 });
      const snapshot = tunnel.actor.getSnapshot();
      for (const event of EVERY_EVENT) {
        const [next, actions] = transition(tunnelMachine, snapshot, event);
        demand(next.status === 'done' && actions.length === 0, `${event.type} after the end`);
        demand(isDeepStrictEqual(next.context, snapshot.context), `${event.type} after the end`);
      }
      // New settings are noted, and that is all.
      const settings = { maxStarts: -1, pollSeconds: 1 };
      const [next, actions] = transition(tunnelMachine, snapshot, {
        type: 'settings.changed',
        settings,
      });
      demand(next.status === 'done', 'new settings woke the dead');
      demand(
        actions.every(({ type }) => String(type) === 'xstate.cancel'),
        'new settings after the end',
      );
    },
  };
}

test.each(RULE_SET_NAMES)(
  'a final state starts nothing (%s)',
  (rules) => {
    tryToBreak(rules, createLaw, FEWER_RUNS);
  },
  LONGEST_MS,
);

test(
  'nor does the final state of a tunnel that was doubted; it leaves no challenger',
  () => {
    tryToBreakInDoubt(createLaw, FEWER_RUNS);
  },
  LONGEST_MS,
);
