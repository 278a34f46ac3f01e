import type { MuxAnswer } from '../mux/messages.ts';
import type { MuxError } from '../mux/mux-error.ts';
import { ProbeLine, type ProbeListener } from '../mux/probe-line.ts';
import { createWaiter, type RequestOptions, type Waiter } from '../mux/waiter.ts';

/** A connection to one ssh, over which one question at a time is asked. */
export class MuxTalk implements ProbeListener {
  readonly path: string;
  readonly #line: ProbeLine;
  readonly #greeting: Waiter<void>;
  #question: Waiter<MuxAnswer> | undefined;

  /** Rejects with a {@link MuxError}, also if ssh does not greet in time. */
  static async open(path: string, options: RequestOptions): Promise<MuxTalk> {
    const talk = new MuxTalk(path, options);
    try {
      await talk.#greeting.promise;
    } catch (error) {
      talk.hangUp();
      throw error;
    }
    return talk;
  }

  private constructor(path: string, options: RequestOptions) {
    this.path = path;
    this.#line = new ProbeLine(path, this);
    this.#greeting = createWaiter(options);
  }

  get isOpen(): boolean {
    return this.#line.isGreeted;
  }

  ask(port: number, options: RequestOptions): Promise<MuxAnswer> {
    this.#question = createWaiter(options);
    this.#line.askServer(port);
    return this.#question.promise;
  }

  leave(): void {
    this.#line.leave();
  }

  hangUp(): void {
    this.#line.hangUp();
  }

  greeted(): void {
    this.#greeting.resolve();
  }

  masterIs(): void {
    // Nobody asked: who listens at a path that only this ssh was given is this ssh, or was started by it.
  }

  answered(_number: number, answer: MuxAnswer): void {
    this.#question?.resolve(answer);
  }

  ended(reason: () => MuxError): void {
    this.#greeting.reject(reason);
    this.#question?.reject(reason);
  }
}
