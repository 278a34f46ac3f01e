import type { TunnelEmitted } from '@holdfast/machines';
import { monotonicMs } from '../../clock.ts';
import { ENDS_OF_DOUBT } from '../member/stay.ts';
import type { Starter, StartPlaces } from './start-places.ts';

/** A tunnel whose ssh is silent. */
export interface Doubter {
  readonly name: string;
  destination(): string;
  /** Its challenger may be started. */
  challengerGranted(): void;
  /** The path to its destination works, as another tunnel found. */
  hostAnswered(): void;
}

type Asked = Extract<TunnelEmitted, { readonly type: 'challenger.asked' }>;

/** The tunnels to one destination that want a challenger. */
interface Queue {
  /** The one whose challenger is tried; the others wait for what comes of it. */
  scout: Doubter | undefined;
  readonly waiting: Set<Doubter>;
}

/**
 * Who may start a challenger: one tunnel a destination, until one of them is in, or is answered. That proves the path for all: the others are
 * told, and mostly heard again before they need a login of their own; one that is not, then gets it. So a path that is down costs one login
 * at a time, and a blip one login. A challenger takes a place of its destination, as every start does.
 */
export class Challengers {
  readonly #places: StartPlaces;
  readonly #queues = new Map<string, Queue>();
  readonly #starters = new Map<string, Doubter>();
  /** When the path to a destination was last found to work, by somebody who had doubted it. */
  readonly #provedAtMs = new Map<string, number>();
  readonly #nowMs: () => number;

  /**
   * @param nowMs - the clock of the tunnels' events.
   */
  constructor(places: StartPlaces, nowMs: () => number = monotonicMs) {
    this.#places = places;
    this.#nowMs = nowMs;
  }

  /** Hears each fact of a tunnel. */
  hear(doubter: Doubter, fact: TunnelEmitted): void {
    switch (fact.type) {
      case 'challenger.asked':
        this.#ask(doubter, fact);
        return;
      case 'challenger.settled':
        this.#giveBack(doubter);
        return;
      case 'challenger.ready':
        this.#prove(doubter);
        return;
      case 'suspicion.ended':
        this.#prove(doubter);
        this.#leave(doubter);
        return;
      case 'challenger.ended':
        if (fact.isLast) this.#leave(doubter);
        return;
      default:
        if (ENDS_OF_DOUBT.has(fact.type)) this.#leave(doubter);
    }
  }

  /** A start was granted; tells whether it was a challenger's. */
  granted(starter: string): boolean {
    const doubter = this.#starters.get(starter);
    doubter?.challengerGranted();
    return doubter !== undefined;
  }

  #ask(doubter: Doubter, { silentSinceMs, isOverdue }: Asked): void {
    const destination = doubter.destination();
    if (isOverdue) {
      this.#askForPlace(doubter);
      return;
    }
    if (silentSinceMs !== null && silentSinceMs < (this.#provedAtMs.get(destination) ?? 0)) {
      doubter.hostAnswered();
      return;
    }
    const queue = this.#queues.get(destination) ?? { scout: undefined, waiting: new Set() };
    this.#queues.set(destination, queue);
    if (queue.scout !== undefined && queue.scout !== doubter) queue.waiting.add(doubter);
    else this.#beScout(queue, doubter);
  }

  #beScout(queue: Queue, doubter: Doubter): void {
    queue.scout = doubter;
    this.#askForPlace(doubter);
  }

  #askForPlace(doubter: Doubter): void {
    const starter = starterOf(doubter);
    this.#starters.set(starter.name, doubter);
    this.#places.ask(starter);
  }

  #giveBack(doubter: Doubter): void {
    this.#queues.get(doubter.destination())?.waiting.delete(doubter);
    const { name } = starterOf(doubter);
    if (this.#starters.delete(name)) this.#places.release(name);
  }

  /** The path works: for everybody. */
  #prove(doubter: Doubter): void {
    const destination = doubter.destination();
    this.#provedAtMs.set(destination, this.#nowMs());
    const queue = this.#queues.get(destination);
    if (queue === undefined) return;
    this.#queues.delete(destination);
    queue.waiting.delete(doubter);
    queue.waiting.forEach((each) => each.hostAnswered());
  }

  #leave(doubter: Doubter): void {
    this.#giveBack(doubter);
    const destination = doubter.destination();
    const queue = this.#queues.get(destination);
    if (queue === undefined) return;
    if (queue.scout === doubter) {
      queue.scout = undefined;
      const [next] = queue.waiting;
      if (next !== undefined) {
        queue.waiting.delete(next);
        this.#beScout(queue, next);
      }
    }
    this.#forgetEmpty(destination, queue);
  }

  #forgetEmpty(destination: string, { scout, waiting }: Queue): void {
    if (scout === undefined && waiting.size === 0) this.#queues.delete(destination);
  }
}

/** Beside the tunnel's own starts: no tunnel has such a name. */
function starterOf(doubter: Doubter): Starter {
  return {
    name: `\0challenger of ${doubter.name}`,
    destination: () => doubter.destination(),
    missing: () => [],
  };
}
