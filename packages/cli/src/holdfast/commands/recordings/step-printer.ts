import { mergeRoutine, unmerged, type MergedStep, type PlayedStep } from '@holdfast/recording';
import { printableLine } from '@holdfast/text';
import { formatLocalTime, sayJson } from '../../terminal/say.ts';
import type { Terminal } from '../../terminal/terminal.ts';

/** How steps are shown: a line each, answered probes together, as JSON, or not at all. */
export type StepLook = 'steps' | 'merged' | 'json' | 'quiet';

/** Prints steps as they come. */
export interface StepPrinter {
  print(step: PlayedStep): void;
  /** Prints what was held back. */
  end(): void;
}

/** Makes a printer of steps. */
export function createStepPrinter(terminal: Terminal, look: StepLook): StepPrinter {
  const runs = new Map<string, MergedStep>();
  const say = (played: PlayedStep) => terminal.out(`${formatStep(played, terminal)}\n`);
  const endRun = (name: string) => {
    const run = runs.get(name);
    runs.delete(name);
    if (run !== undefined) say(run);
  };
  const merge = (played: PlayedStep) => {
    const { name, isRoutine } = played;
    if (isRoutine) {
      const run = runs.get(name);
      const next = unmerged(played);
      runs.set(name, run === undefined ? next : mergeRoutine([run, next])[0]!);
      return;
    }
    endRun(name);
    say(played);
  };
  return {
    print(played) {
      if (look === 'json') sayJson(terminal, { name: played.name, ...played.step });
      else if (look === 'steps') say(played);
      else if (look === 'merged') merge(played);
    },
    end() {
      for (const name of runs.keys()) endRun(name);
    },
  };
}

/** One line: when, who, the input and what it brought, the state, the transitions; then what was said. */
export function formatStep({ name, step }: PlayedStep, { paint }: Pick<Terminal, 'paint'>): string {
  const { atMs, event, detail, state, taken, sentences } = step;
  const what = printableLine(detail === null ? event : `${event} (${detail})`);
  const rules = taken.length === 0 ? 'nothing' : taken.join(', ');
  const first = [
    formatLocalTime(new Date(atMs).toISOString()),
    paint('bold', printableLine(name)),
    what,
    `-> ${paint('bold', state)}`,
    paint('dim', `[${printableLine(rules)}]`),
  ].join('  ');
  return [first, ...sentences.map((sentence) => `    ${printableLine(sentence)}`)].join('\n');
}
