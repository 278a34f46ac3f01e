import type {
  ForwardRefused,
  OperatorEvent,
  TunnelContext,
  TunnelEmitted,
} from '@holdfast/machines';
import { monotonicMs } from '../../clock.ts';
import type { RunningTunnel } from '../../supervise-tunnel.ts';
import { seenOf } from '../../tunnel-actors.ts';
import type { ManagedSpec } from '../fleet-tunnel.ts';
import type { Doubter } from '../turns/challengers.ts';
import type { Starter } from '../turns/start-places.ts';
import type { TunnelActor } from './fleet-system.ts';
import { heartbeatTraits } from './heartbeat-kinds.ts';
import { thisMoment } from './moment.ts';
import { superviseManaged, type RunOwner } from './run.ts';
import type { FleetShared } from './shared.ts';
import { firstStay, stayAfterFact, stayAfterSnapshot, type Stay } from './stay.ts';

/** Whose lives they are. */
export interface LifeOwner extends RunOwner {
  /** What tunnels to the same host have in common. */
  destination(): string;
  /** Hears each fact of each life. */
  heard(fact: TunnelEmitted): void;
}

const ENDED: Promise<void> = Promise.resolve();

/**
 * The lives of a tunnel, one after the other: each is a machine of its own, from an operator's start to its end. A machine that has
 * ended stays ended.
 *
 * Towards the start places, it is the one that wants to start.
 */
export class Lives implements Starter, Doubter {
  readonly #owner: LifeOwner;
  readonly #shared: FleetShared;
  #run: RunningTunnel | undefined;
  #ending = ENDED;
  #stay = firstStay(thisMoment());
  /** Whether another life begins when the present one has ended. The last order decides. */
  #isToLiveAgain = false;

  /** The first life has not begun then. */
  constructor(owner: LifeOwner, shared: FleetShared) {
    this.#owner = owner;
    this.#shared = shared;
  }

  get stay(): Stay {
    return this.#stay;
  }

  get context(): TunnelContext | null {
    return this.#run?.actor.getSnapshot().context ?? null;
  }

  /** The actor of the present life, or the last. */
  get actor(): TunnelActor | undefined {
    return this.#run?.actor;
  }

  get name(): string {
    return this.#owner.name;
  }

  destination(): string {
    return this.#owner.destination();
  }

  /** The tunnels that it has to wait for, as of now. */
  missing(): readonly string[] {
    return this.#shared.missing(this.#owner.spec.after);
  }

  challengerGranted(): void {
    this.send({ type: 'challenger.granted' });
  }

  hostAnswered(): void {
    const run = this.#run;
    if (run === undefined) return;
    void seenOf(run.actor).then((sight) => {
      run.send({ type: 'host.answered', atMs: monotonicMs(), sight });
    });
  }

  /** Whether somebody wants it up: it lives and is not being ended for good, or is to live again. */
  isWanted(): boolean {
    return this.#isToLiveAgain || (this.#isActive() && !this.#isLeaving());
  }

  /** Gives the order, or begins a new life if there is none. */
  beginOr(order: OperatorEvent): void {
    if (this.#isActive() && !this.#isLeaving()) this.#run!.send(order);
    else this.#beginWhenEnded();
  }

  /** Ends the present life, and begins another. */
  beginAnew(): void {
    void this.end();
    this.#beginWhenEnded();
  }

  end(): Promise<void> {
    this.#isToLiveAgain = false;
    if (!this.#isActive()) return ENDED;
    this.#ending = this.#run!.stop().then(ignore, ignore);
    return this.#ending;
  }

  send(order: OperatorEvent | ForwardRefused): void {
    if (this.#isActive()) this.#run!.send(order);
  }

  #isActive(): boolean {
    return this.#run?.actor.getSnapshot().status === 'active';
  }

  #isLeaving(): boolean {
    return this.#stay.state === 'stopping' && this.context?.stopReason === 'operator-stop';
  }

  #beginWhenEnded(): void {
    this.#isToLiveAgain = true;
    void this.#ending.then(() => {
      if (!this.#isToLiveAgain) return;
      this.#isToLiveAgain = false;
      this.#begin();
    });
  }

  #begin(): void {
    const run = superviseManaged(this.#owner, this.#shared);
    this.#run = run;
    run.actor.on('*', (fact) => this.#hear(fact));
    run.actor.subscribe({
      next: (snapshot) => (this.#stay = stayAfterSnapshot(this.#stay, snapshot, thisMoment())),
      error: ignore,
    });
    run.ended.catch((error: unknown) => this.#hearOfBug(error));
    run.start();
  }

  #hear(fact: TunnelEmitted): void {
    const { places, challengers } = this.#shared;
    this.#stay = stayAfterFact(this.#stay, fact, thisMoment());
    if (ENDS_OF_A_START.has(fact.type)) places.release(this.name);
    this.#owner.heard(withLack(fact, this.#owner.spec.heartbeat));
    // Behind the telling: who is granted a start at once begins it.
    if (fact.type === 'start.asked') places.ask(this);
    challengers.hear(this, fact);
  }

  /** A machine that fails has a bug; its ssh was killed. The tunnel shows it, and can be started again. */
  #hearOfBug(error: unknown): void {
    this.#stay = { ...this.#stay, state: 'failed', since: thisMoment(), nextStart: null };
    const sentence = `a bug in Holdfast ended it: ${String(error)}`;
    this.#hear({ type: 'tunnel.ended', end: { class: 'hopeless', exitStatus: 1, sentence } });
  }
}

/** With these, the connection is on its way no more. */
const ENDS_OF_A_START: ReadonlySet<TunnelEmitted['type']> = new Set<TunnelEmitted['type']>([
  'child.ready',
  // Without a control socket nobody sees when ssh has logged in.
  'tunnel.proved',
  'backoff.began',
  'tunnel.ended',
]);

/** The machine does not know what its heartbeat needs. */
function withLack(fact: TunnelEmitted, heartbeat: ManagedSpec['heartbeat']): TunnelEmitted {
  if (fact.type !== 'probes.left-out') return fact;
  const { lack } = heartbeatTraits(heartbeat);
  return lack === undefined ? fact : { ...fact, lack };
}

function ignore(): void {
  // on purpose
}
