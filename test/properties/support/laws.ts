import {
  hasChild,
  isSuspect,
  type Challenger,
  type RuleSetName,
  type Slot,
  type TunnelSettings,
} from '@holdfast/machines';
import fc from 'fast-check';
import { doubtfulSchedule, doubtfulSettings, randomSchedule, randomSettings } from './schedules.ts';
import { phaseOf } from './silent-tunnel.ts';
import { steppedTunnel, type SteppedTunnel } from './stepped-tunnel.ts';
import { isPossible, stepModel, stepTunnel, type Step } from './steps.ts';
import { TunnelModel } from './tunnel-model.ts';

/** How many random schedules each law has to stand, under each rule set. */
export const RUNS = Number(process.env.FC_RUNS ?? 1000);

/**
 * For laws that run a machine two or three times, or do much at each end. Every law asks the model beside the machine: with an edge off by
 * one in each of seven rules (gate, uptime, starts, intensity, forgiving health, late answers, unsent probes) these laws, halved, found all
 * seven. Two of them only one law found: the period of the intensity, after 38 schedules, and forgiving health, after 402 of 500.
 * The rare edges have laws of their own, with all runs.
 */
export const FEWER_RUNS = RUNS / 2;

/** How long so many runs may take, on a machine that has much else to do. */
export const LONGEST_MS = 300_000 + RUNS * 100;

/** A law of the tunnel, with what it remembers of one run. It throws when it is broken. */
export interface Law {
  /** Looks before a step is done. */
  before?(step: Step, run: LawRun): void;
  /** Looks after each step, and once before the first, without a step. */
  after?(run: LawRun, step?: Step): void;
  /** Looks at the end of a schedule; may do further steps. */
  finally?(run: LawRun): void;
}

/** Throws when a law is broken. Faster than an assertion library, and it is called very often. */
export function demand(fact: boolean, law: string): asserts fact {
  if (!fact) throw new Error(law);
}

/** One run of a schedule on the machine, on the model beside it, and under the eyes of a law. */
export class LawRun {
  readonly tunnel: SteppedTunnel;
  readonly model: TunnelModel;
  readonly steps: Step[] = [];
  /** What the tunnel was made with. */
  readonly settings: TunnelSettings;
  private readonly law: Law;

  constructor(settings: TunnelSettings, law: Law) {
    this.law = law;
    this.settings = settings;
    this.tunnel = steppedTunnel(settings, false);
    this.model = new TunnelModel(settings);
    this.look();
  }

  /** Does a step if the world can do it now. */
  perform(step: Step): void {
    if (!isPossible(step, this.model)) return;
    this.law.before?.(step, this);
    this.steps.push(step);
    stepModel(step, this.model);
    stepTunnel(step, this.tunnel);
    this.look(step);
  }

  private look(step?: Step): void {
    const { tunnel, model } = this;
    demand(tunnel.faults.length === 0, tunnel.faults.join(', '));
    const isTold = describeTunnel(tunnel) === describeModel(model);
    demand(
      isTold && isAbout(tunnel.probeTimeoutsMs.at(-1), model.probeTimeoutMs),
      `at ${model.nowMs} ms the model is ${describeModel(model)}, the machine ${describeTunnel(tunnel)}; ` +
        `a probe may take ${model.probeTimeoutMs} and ${tunnel.probeTimeoutsMs.at(-1)} ms`,
    );
    this.law.after?.(this, step);
  }
}

function describeModel(model: TunnelModel): string {
  const { state, isAsking, starts, tries, probesSent, failures, doubt } = model;
  const asks = isAsking ? ' and asks' : '';
  const beside = model.hasChild
    ? describeDoubt(doubt.phase, doubt.carrier, doubt.challenger)
    : 'no ssh';
  return `${state}${asks}, ${beside}, start ${starts}, tries ${tries}, probes ${probesSent}, ${describeCounts(failures.counts)}`;
}

function describeTunnel({ actor, state, probes }: SteppedTunnel): string {
  const snapshot = actor.getSnapshot();
  const { starts, tries, failures, carrier, challenger } = snapshot.context;
  const asks = snapshot.matches({ backoff: 'asking' }) ? ' and asks' : '';
  const phase = isSuspect(snapshot) ? phaseOf(snapshot).replace('suspect.', '') : undefined;
  const beside = hasChild(snapshot) ? describeDoubt(phase, carrier, challenger) : 'no ssh';
  const counts = describeCounts(Object.entries(failures.counts));
  return `${state}${asks}, ${beside}, start ${starts}, tries ${tries}, probes ${probes}, ${counts}`;
}

function describeDoubt(
  phase: string | undefined,
  carrier: Slot,
  challenger: Pick<Challenger, 'isIn' | 'isLeaving'> | null | undefined,
): string {
  if (challenger == null) return `${phase ?? 'no doubt'} in slot ${carrier}`;
  const { isIn, isLeaving } = challenger;
  return `${phase ?? 'no doubt'} in slot ${carrier} beside one that is ${isIn ? 'in' : 'out'} and ${isLeaving ? 'leaves' : 'stays'}`;
}

function describeCounts(counts: Iterable<readonly [string, number]>): string {
  return `failures ${[...counts]
    .map(([name, times]) => `${name} ${times}`)
    .sort()
    .join(', ')}`;
}

/** Equal but for the last rounding of a long sum. */
function isAbout(one: number | undefined, other: number | undefined): boolean {
  return one === other || Math.abs(one! - other!) <= 1;
}

/** Runs one schedule against a law; what the properties are made of. */
export function runSchedule(
  settings: TunnelSettings,
  schedule: Iterable<fc.Command<TunnelModel, LawRun>>,
  law: Law,
): void {
  const run = new LawRun(settings, law);
  fc.modelRun(() => ({ model: run.model, real: run }), schedule);
  law.finally?.(run);
}

/** Tries to break a law with random schedules and random settings under one rule set. */
export function tryToBreak(rules: RuleSetName, createLaw: () => Law, numRuns = RUNS): void {
  breakWith(randomSettings(rules), randomSchedule(), createLaw, numRuns);
}

/** The same for a tunnel of a fleet that is doubted again and again. */
export function tryToBreakInDoubt(createLaw: () => Law, numRuns = RUNS): void {
  breakWith(doubtfulSettings(), doubtfulSchedule(), createLaw, numRuns);
}

function breakWith(
  someSettings: fc.Arbitrary<TunnelSettings>,
  someSchedule: ReturnType<typeof randomSchedule>,
  createLaw: () => Law,
  numRuns: number,
): void {
  fc.assert(
    fc.property(someSettings, someSchedule, (settings, schedule) => {
      runSchedule(settings, schedule, createLaw());
    }),
    { numRuns },
  );
}
