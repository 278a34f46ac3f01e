import { expect, test } from 'vitest';
import {
  demand,
  LONGEST_MS,
  RUNS,
  tryToBreakInDoubt,
  type Law,
  type LawRun,
} from './support/laws.ts';
import type { SteppedTunnel } from './support/stepped-tunnel.ts';

/** How often each came about, over all schedules. */
let reached: Record<string, number> = {};

function count(what: string): void {
  reached[what] = (reached[what] ?? 0) + 1;
}

/** Nothing is asserted of what was hardly ever tried. */
function expectEnough(...names: readonly string[]): void {
  for (const name of names) expect(reached[name] ?? 0, name).toBeGreaterThan(RUNS / 50);
}

const contextOf = ({ actor }: SteppedTunnel) => actor.getSnapshot().context;

function breakEnds(): Law {
  let told = 0;
  return {
    after({ tunnel, model }) {
      const { carrier, starts, doubt, challenger } = contextOf(tunnel);
      demand(tunnel.alive.size <= 1, 'two ssh with forwards');
      demand(tunnel.challenger?.slot !== carrier || !tunnel.isActive, 'both in one slot');
      demand(
        starts === tunnel.startedAtMs.length,
        'a challenger that did not take over is a start',
      );
      if (doubt?.isOverdue === true && challenger?.isIn === true) {
        count('overdue');
        demand(model.state !== 'probing', 'an overdue ssh got a second grace');
      }
      const isBeside = tunnel.challenger !== undefined;
      demand(!isBeside || model.hasChild, 'a challenger beside nobody');
      for (const fact of tunnel.emitted.slice(told)) {
        if (fact.type === 'tunnel.switched' || fact.type === 'challenger.ended') count(fact.type);
      }
      told = tunnel.emitted.length;
    },
    finally({ tunnel }) {
      const switched = tunnel.emitted.filter(({ type }) => type === 'tunnel.switched');
      demand(switched.length === tunnel.switches, 'a switch was not told, or not made');
      const ownStarts = tunnel.emitted.filter(({ type }) => type === 'start.began');
      demand(
        ownStarts.length + switched.length === tunnel.startedAtMs.length,
        'starts are those of ssh and those that took over',
      );
      if (tunnel.switches > 1) count('again');
    },
  };
}

test(
  'never two ssh with forwards, at most one challenger, and only one that takes over is a start',
  () => {
    reached = {};
    tryToBreakInDoubt(breakEnds);
    expectEnough('tunnel.switched', 'challenger.ended', 'again', 'overdue');
  },
  LONGEST_MS,
);

function breakAnswers(): Law {
  let before:
    { carrier: string; starts: number; wasSuspect: boolean; hadOther: boolean } | undefined;
  return {
    before(step, { tunnel, model }) {
      before = undefined;
      if (step.do !== 'answer' || model.state !== 'probing') return;
      const { carrier, starts } = contextOf(tunnel);
      const hadOther = tunnel.challenger !== undefined;
      before = { carrier, starts, wasSuspect: model.doubt.phase !== undefined, hadOther };
    },
    after({ tunnel }) {
      if (before === undefined) return;
      const { carrier, starts, doubt, stopReason } = contextOf(tunnel);
      demand(tunnel.state === 'healthy' && stopReason === null, 'it answered, and is not healthy');
      demand(
        carrier === before.carrier && starts === before.starts,
        'it answered, and was replaced',
      );
      demand(doubt === null, 'it answered, and is doubted');
      demand(tunnel.challenger?.isDismissed ?? true, 'it answered, and the challenger stays');
      if (before.wasSuspect) count(before.hadOther ? 'answer beside a challenger' : 'answer');
    },
  };
}

test(
  'an answer of the old ssh before the switch always wins',
  () => {
    reached = {};
    tryToBreakInDoubt(breakAnswers);
    expectEnough('answer beside a challenger', 'answer');
  },
  LONGEST_MS,
);

/** Whoever is healthy has no challenger but one that is leaving; and none is started but for a miss of this silence. */
function breakHealth(): Law {
  let challengers = 0;
  let hasMissed = false;
  return {
    after({ tunnel, model }, step) {
      if (step?.do === 'miss') hasMissed = true;
      const started = tunnel.challengers - challengers;
      challengers = tunnel.challengers;
      demand(started === 0 || hasMissed, 'a challenger was started without a miss');
      if (started > 0) count('challenger');
      if (tunnel.state !== 'probing') hasMissed = false;
      const isWanted = tunnel.challenger?.isDismissed === false && !tunnel.challenger.isEnding;
      const { stopReason } = contextOf(tunnel);
      const isInDoubt = model.doubt.phase !== undefined || stopReason === 'heartbeat-missed';
      demand(!isWanted || isInDoubt, `a challenger of a tunnel that is ${tunnel.state}`);
      const { settings } = model;
      demand(started === 0 || settings.challenges, 'a challenger where there are none');
      demand(tunnel.challengers === 0 || settings.hasHeartbeat, 'a challenger without a heartbeat');
    },
  };
}

test(
  'no challenger is started without a miss, and none stays beside a healthy ssh',
  () => {
    reached = {};
    tryToBreakInDoubt(breakHealth);
    expectEnough('challenger');
  },
  LONGEST_MS,
);

const PATIENCE = 'heartbeat-missed';

/** An ssh that is silent goes when a challenger is in and the grace is over, or when patience is: never else. */
function breakPatience(): Law {
  let suspectSinceMs: number | undefined;
  let shortestMs = Infinity;
  let wasIn = false;
  let hadPhase: string | undefined;
  let told = 0;
  return {
    before(_, { model, tunnel }: LawRun) {
      hadPhase = model.doubt.phase;
      wasIn = model.doubt.phase === 'outvoted';
      told = tunnel.emitted.length;
    },
    after({ tunnel, model }, step) {
      const news = tunnel.emitted.slice(told);
      const { patienceSeconds, patienceAloneSeconds } = model.settings;
      if (news.some(({ type }) => type === 'suspicion.began')) {
        suspectSinceMs = tunnel.clock.now();
        shortestMs = Math.min(patienceSeconds, patienceAloneSeconds) * 1000;
      }
      if (step?.do === 'adjust') {
        shortestMs = Math.min(shortestMs, patienceAloneSeconds * 1000);
      }
      const isOver = news.some((fact) => fact.type === 'stop.began' && fact.reason === PATIENCE);
      if (!isOver || hadPhase === undefined || suspectSinceMs === undefined) return;
      if (wasIn || news.some(({ type }) => type === 'challenger.ready')) return count('outvoted');
      count('out of patience');
      const ms = tunnel.clock.now() - suspectSinceMs;
      demand(ms >= shortestMs, `given up after ${ms} of ${shortestMs} ms`);
    },
  };
}

test(
  'a silent ssh is kept until a challenger is in, or patience is over',
  () => {
    reached = {};
    tryToBreakInDoubt(breakPatience);
    expectEnough('outvoted', 'out of patience');
  },
  LONGEST_MS,
);
