import { describe, it, vi } from 'vitest';
import { AutosshRun, type Plan } from './autossh-run.ts';
import { getKnownBug } from './known-bugs.ts';
import { type Rules, type Target, findOriginal, getTargets, missingOriginal } from './targets.ts';

/** What a case works with. */
export interface Scene {
  readonly target: Target;
  /** The status of every error exit after the first start of ssh: STAT-2, STAT-3. */
  readonly errorExit: 0 | 1;
  /** Starts the target; checked and cleaned up at the end of the case. */
  readonly launch: (plan: Plan) => Promise<AutosshRun>;
}

export interface Options {
  /** The rule sets the case is about; default: all. */
  readonly only?: readonly Rules[];
}

export type Check = (
  title: string,
  options: Options,
  body: (scene: Scene) => Promise<void>,
) => void;

export const since14: readonly Rules[] = ['1.4', 'classic'];

/** In milliseconds. A known failure shall not take as long as a surprising one. */
const patience = { own: 90_000, original: 90_000, knownBug: 4000 };

/** Defines the cases of one section of the specification for every target. */
export function conformance(section: string, define: (check: Check, target: Target) => void): void {
  // Cases mostly wait; what keeps the processor busy is bounded by the launch slots.
  vi.setConfig({ maxConcurrency: 40 });
  for (const target of getTargets()) {
    describe.concurrent(`${section}: ${target.name}`, () => {
      define((title, options, body) => defineCase(target, title, options, body), target);
    });
  }
  if (findOriginal() === undefined) describeMissing(section);
}

function describeMissing(section: string): void {
  const isRequired = process.env.CI === 'true';
  it.skipIf(!isRequired)(`${section}: autossh 1.4 (${missingOriginal})`, () => {
    throw new Error(missingOriginal);
  });
}

function defineCase(
  target: Target,
  title: string,
  { only }: Options,
  body: (scene: Scene) => Promise<void>,
): void {
  if (only !== undefined && !only.includes(target.rules)) return;
  const bug = target.isOriginal ? getKnownBug(title) : undefined;
  if (bug === undefined) {
    // BUG-6 cannot be kept away altogether.
    const retry = target.isOriginal ? 1 : 0;
    const patienceMs = target.isOriginal ? patience.original : patience.own;
    it(title, { retry }, () => play(target, body, patienceMs));
  } else if (bug.isErratic !== true) {
    // A bug that comes and goes proves nothing: there is no case of it for the original.
    it.fails(`${title} [expected to fail: ${bug.what}]`, () =>
      play(target, body, patience.knownBug),
    );
  }
}

async function play(
  target: Target,
  body: (scene: Scene) => Promise<void>,
  patienceMs: number,
): Promise<void> {
  const runs: AutosshRun[] = [];
  const launch = async (plan: Plan) => {
    const run = await AutosshRun.launch(target, plan, patienceMs);
    runs.push(run);
    return run;
  };
  try {
    await body({ target, launch, errorExit: target.rules === '1.3' ? 0 : 1 });
    for (const run of runs) await run.check();
  } finally {
    await Promise.all(runs.map((run) => run.dispose()));
  }
}
