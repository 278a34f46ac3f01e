import type { FailureClass } from '@holdfast/machines';
import type fc from 'fast-check';
import type { LawRun } from './laws.ts';
import { isPossible, type Step } from './steps.ts';
import type { TunnelModel } from './tunnel-model.ts';

// What random schedules are made of: single steps, and short stories that single steps would hardly ever come to.

/** Performs one step, given as a fact or as a question to the model. */
export class StepCommand implements fc.Command<TunnelModel, LawRun> {
  private readonly name: string;
  private readonly step: (model: TunnelModel) => Step | undefined;

  constructor(name: string, step: (model: TunnelModel) => Step | undefined) {
    this.name = name;
    this.step = step;
  }

  check(model: TunnelModel): boolean {
    const step = this.step(model);
    return step !== undefined && isPossible(step, model);
  }

  run(model: TunnelModel, run: LawRun): void {
    run.perform(this.step(model)!);
  }

  toString(): string {
    return this.name;
  }
}

/** Sits out a wait, and starts ssh: in a fleet the start has to be granted too. */
class Begin implements fc.Command<TunnelModel, LawRun> {
  check(model: TunnelModel): boolean {
    return model.state === 'backoff' || (model.hasChild && !model.isSpawned);
  }

  run(model: TunnelModel, run: LawRun): void {
    if (model.state === 'backoff') run.perform({ do: 'advance', ms: model.nextMs ?? 0 });
    run.perform({ do: 'grant' });
    run.perform({ do: 'spawn' });
  }

  toString(): string {
    return 'the next ssh';
  }
}

/** What may be heard while a tunnel waits. */
export type News = 'none' | 'answerAtHost' | 'changeKeys';

/** Several quick deaths in a row, with all the waiting between them: how backoff grows. */
export class QuickDeaths implements fc.Command<TunnelModel, LawRun> {
  private readonly times: number;
  private readonly ageMs: number;
  private readonly failure: FailureClass;
  private readonly news: News;

  constructor(times: number, ageMs: number, failure: FailureClass, news: News) {
    this.times = times;
    this.ageMs = ageMs;
    this.failure = failure;
    this.news = news;
  }

  check(model: TunnelModel): boolean {
    return !model.isOver && model.state !== 'gating';
  }

  run(model: TunnelModel, run: LawRun): void {
    for (let time = 0; time < this.times && !model.isOver; time += 1) {
      begin.run(model, run);
      run.perform({ do: 'advance', ms: this.ageMs });
      run.perform({ do: 'exit', how: 255, failure: this.failure });
    }
    if (this.news !== 'none') run.perform({ do: this.news });
  }

  toString(): string {
    return `${this.times} deaths (${this.failure}) after ${this.ageMs} ms, then ${this.news}`;
  }
}

/** The next ssh. */
export const begin = new Begin();

/** One step, whenever the world can do it. */
export function always(step: Step): StepCommand {
  return new StepCommand(JSON.stringify(step), () => step);
}

/** An ssh that meets every answer of the server, for longer than a minute: what forgives. */
export class HealthyTime implements fc.Command<TunnelModel, LawRun> {
  private readonly answers: number;
  private readonly roundTripMs: number;
  private readonly isAskedMore: boolean;

  constructor(answers: number, roundTripMs: number, isAskedMore: boolean) {
    this.answers = answers;
    this.roundTripMs = roundTripMs;
    this.isAskedMore = isAskedMore;
  }

  check(model: TunnelModel): boolean {
    return !model.isOver && model.state !== 'stopping';
  }

  run(model: TunnelModel, run: LawRun): void {
    begin.run(model, run);
    if (model.awaitsLogin) run.perform({ do: 'ready' });
    for (let answer = 0; answer < this.answers && model.hasChild; answer += 1) {
      if (model.state !== 'probing') run.perform({ do: 'advance', ms: model.nextMs ?? 60_000 });
      run.perform({ do: 'answer', roundTripMs: this.roundTripMs });
    }
    if (this.isAskedMore) run.perform({ do: 'probeNow' });
  }

  toString(): string {
    const last = this.isAskedMore ? ', and an order to probe' : '';
    return `${this.answers} answers after ${this.roundTripMs} ms each${last}`;
  }
}
