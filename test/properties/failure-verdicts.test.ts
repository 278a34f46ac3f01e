import { isDeepStrictEqual } from 'node:util';
import type { EndClass, ExitVerdict, FailureClass } from '@holdfast/machines';
import { expect, test } from 'vitest';
import { isExpectedHopeless, isExpectedTooOften } from './support/expected-failures.ts';
import { expectedErrorStatus, expectedVerdict } from './support/expected-rules.ts';
import { demand, LONGEST_MS, RUNS, tryToBreak, type Law, type LawRun } from './support/laws.ts';
import { sshExit } from './support/stepped-tunnel.ts';
import type { Step } from './support/steps.ts';

/** How often each end was reached, and how often there was none. */
let reached: Partial<Record<EndClass | 'none', number>> = {};

interface Expected {
  readonly name: FailureClass | undefined;
  readonly byTable: ExitVerdict;
  readonly told: number;
}

function expectedOf(step: Step & { do: 'exit' }, { tunnel, model }: LawRun): Expected {
  const ageMs = model.nowMs - model.spawnedAtMs;
  // Whoever is told to go is not judged by its status.
  const byTable = model.isJudged
    ? expectedVerdict(model.settings, model.starts, ageMs, step.how)
    : 'restart';
  return { name: model.failureOf(step.failure), byTable, told: tunnel.emitted.length };
}

/** The end that an exit has to bring, if any. */
function endOf(name: FailureClass, { byTable }: Expected, { model }: LawRun): EndClass | undefined {
  const { restartIntensity } = model.settings;
  if (byTable === 'fail') return 'premature-exit';
  if (isExpectedHopeless(name)) return 'hopeless';
  const { timesMs } = model.failures;
  const isTooOften = restartIntensity !== null && isExpectedTooOften(timesMs, restartIntensity);
  return isTooOften ? 'restarts-too-frequent' : undefined;
}

function createLaw(): Law {
  let expected: Expected | undefined;

  return {
    before(step, run) {
      expected = step.do === 'exit' ? expectedOf(step, run) : undefined;
    },
    after(run, step) {
      if (expected === undefined || step?.do !== 'exit') return;
      const { tunnel } = run;
      const { name, told } = expected;
      const fact = tunnel.emitted.slice(told).find(({ type }) => type === 'child.ended');
      if (name === undefined) {
        demand(fact === undefined, 'an exit that somebody wanted was told as a failure');
        return;
      }
      demand(fact?.type === 'child.ended', 'an exit was not told');
      demand(fact.failure?.class === name, `told as ${fact.failure?.class}, not as ${name}`);
      demand(isDeepStrictEqual(fact.exit, sshExit(step.how)), 'another exit was told');

      const end = endOf(name, expected, run);
      reached[end ?? 'none'] = (reached[end ?? 'none'] ?? 0) + 1;
      demand(fact.verdict === (end === undefined ? 'restart' : 'fail'), `told as ${fact.verdict}`);
      demand(fact.premature === (end === 'premature-exit'), 'premature, or not');
      if (end === undefined) {
        const isOver = tunnel.end !== undefined && tunnel.end.class !== 'starts-used-up';
        demand(!isOver, 'the tunnel ended where it should have restarted');
        return;
      }
      demand(tunnel.state === 'failed' && tunnel.end?.class === end, `not ${end}`);
      demand(tunnel.end.exitStatus === expectedErrorStatus('holdfast'), 'the wrong exit status');
    },
  };
}

test(
  'every verdict is the one of the table and of the failure class (holdfast)',
  () => {
    reached = {};
    tryToBreak('holdfast', createLaw);
    expect(reached.none).toBeGreaterThan(RUNS / 2);
    for (const end of ['hopeless', 'restarts-too-frequent', 'premature-exit'] as const)
      expect(reached[end], end).toBeGreaterThan(RUNS / 200);
  },
  LONGEST_MS,
);
