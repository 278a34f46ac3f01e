import type { OperatorEvent } from '@holdfast/machines';
import { FleetError } from '../fleet.ts';
import type { FleetEvent } from '../fleet-event.ts';
import type { ManagedSpec } from '../fleet-tunnel.ts';
import type { Member } from './member.ts';

/** The tunnels of one fleet by their names, in the order they were given. */
export class Members implements Iterable<Member> {
  readonly #byName = new Map<string, Member>();
  readonly #make: (spec: ManagedSpec) => Member;
  #isClosed = false;

  constructor(make: (spec: ManagedSpec) => Member) {
    this.#make = make;
  }

  [Symbol.iterator](): IterableIterator<Member> {
    return this.#byName.values();
  }

  find(name: string): Member | undefined {
    return this.#byName.get(name);
  }

  /** Throws a {@link FleetError} `unknown-tunnel` or `closed`. */
  get(name: string): Member {
    this.assertOpen();
    const found = this.find(name);
    if (found === undefined) throw new FleetError('unknown-tunnel', `unknown tunnel ${name}`);
    return found;
  }

  add(spec: ManagedSpec): Member {
    const member = this.#make(spec);
    this.#byName.set(spec.name, member);
    return member;
  }

  remove(name: string): void {
    this.#byName.delete(name);
  }

  /** Which of these are not healthy. */
  missing(names: readonly string[]): readonly string[] {
    return names.filter((name) => this.find(name)?.isHealthy() !== true);
  }

  /** Keeps an event in the history of those whom it concerns: a change of the network may be why a tunnel does what it does next. */
  remember(event: FleetEvent): void {
    if (event.tunnel !== null) return this.find(event.tunnel)?.history.add(event);
    if (event.fact.type !== 'network.changed') return;
    for (const member of this) if (member.isWanted()) member.history.add(event);
  }

  sendAll(order: OperatorEvent): void {
    for (const member of this) member.send(order);
  }

  /** Throws when the fleet was closed. */
  assertOpen(): void {
    if (this.#isClosed) throw new FleetError('closed', 'the fleet was closed');
  }

  /** From now on nobody is found by an order. */
  close(): void {
    this.#isClosed = true;
  }
}

/** How often each listener is looked at: it costs a few microseconds, and no table is read. */
const LOOK_MS = 5000;

/** How many looks there are between two questions for a remote forward, which go over ssh's control socket. */
const LOOKS_A_QUESTION = 12;

/**
 * Looks at the forwards of a fleet while it runs: at ssh's own listeners every 5 s, and at what the server granted every minute.
 *
 * @returns what ends it.
 */
export function watchForwards(members: Iterable<Member>): () => void {
  let looks = 0;
  const look = () => {
    looks += 1;
    let index = 0;
    for (const member of members) {
      index += 1;
      if (member.keeper.isEmpty || !member.isConnected()) continue;
      member.keeper.look();
      // Not all in one turn.
      if ((looks + index) % LOOKS_A_QUESTION === 0) void member.keeper.renewRemote();
    }
  };
  const timer = setInterval(look, LOOK_MS);
  timer.unref();
  return () => clearInterval(timer);
}
