import type {
  ForwardRefused,
  OperatorEvent,
  TunnelContext,
  TunnelEmitted,
} from '@holdfast/machines';
import type { RunningTunnel } from '../../supervise-tunnel.ts';
import { destinationOf, type Starter } from '../start-places.ts';
import type { TunnelActor } from './fleet-system.ts';
import { superviseManaged, type KeptForwards, type Wanted } from './run.ts';
import { thisMoment } from './moment.ts';
import { firstStay, stayAfterFact, stayAfterSnapshot, type Stay } from './stay.ts';
import type { Surroundings } from './surroundings.ts';
import type { ManagedSpec } from '../fleet-tunnel.ts';
import { lackOf } from './heartbeat-lacks.ts';

/** The lives of a tunnel, one after the other: each is a machine of its own, from an operator's start to its end. */
export interface Life {
  stay(): Stay;
  context(): TunnelContext | null;
  /** The actor of the present life, or the last. */
  actor(): TunnelActor | undefined;
  /** Whether somebody wants it up: it lives and is not being ended for good, or is to live again. */
  isWanted(): boolean;
  /** Gives the order, or begins a new life if there is none. */
  beginOr(order: OperatorEvent): void;
  /** Ends the present life, and begins another. */
  beginAnew(): void;
  end(): Promise<void>;
  send(order: OperatorEvent | ForwardRefused): void;
}

/** The machine does not know what its heartbeat needs. */
function withLack(fact: TunnelEmitted, heartbeat: ManagedSpec['heartbeat']): TunnelEmitted {
  if (fact.type !== 'probes.left-out') return fact;
  const lack = lackOf(heartbeat);
  return lack === undefined ? fact : { ...fact, lack };
}

/** Makes a tunnel's lives; the first has not begun. */
export function createLife(
  wanted: () => Wanted,
  forwards: KeptForwards,
  around: Surroundings,
): Life {
  const { name } = wanted().spec;
  let run: RunningTunnel | undefined;
  let ending: Promise<void> = Promise.resolve();
  let stay = firstStay(thisMoment());
  /** Whether another life begins when the present one has ended. The last order decides. */
  let isToLiveAgain = false;

  const starter = (): Starter => ({
    name,
    destination: () => destinationOf(wanted().spec.host),
    missing: () => around.missing(wanted().spec.after),
  });

  const hear = (fact: TunnelEmitted) => {
    stay = stayAfterFact(stay, fact, thisMoment());
    if (ENDS_OF_A_START.has(fact.type)) around.places.release(name);
    around.tell(name, withLack(fact, wanted().spec.heartbeat));
    // Behind the telling: who is granted a start at once begins it.
    if (fact.type === 'start.asked') around.places.ask(starter());
  };

  /** A machine that fails has a bug; its ssh was killed. The tunnel shows it, and can be started again. */
  const hearOfBug = (error: unknown) => {
    stay = { ...stay, state: 'failed', since: thisMoment(), nextStart: null };
    const sentence = `a bug in Holdfast ended it: ${String(error)}`;
    hear({ type: 'tunnel.ended', end: { class: 'hopeless', exitStatus: 1, sentence } });
  };

  const begin = () => {
    run = superviseManaged(wanted, forwards, around);
    run.actor.on('*', hear);
    run.actor.subscribe({
      next: (snapshot) => (stay = stayAfterSnapshot(stay, snapshot, thisMoment())),
      error: () => undefined,
    });
    run.ended.catch(hearOfBug);
    run.start();
  };

  const isActive = () => run?.actor.getSnapshot().status === 'active';
  const isLeaving = () =>
    stay.state === 'stopping' && run!.actor.getSnapshot().context.stopReason === 'operator-stop';
  const end = () => {
    isToLiveAgain = false;
    if (!isActive()) return Promise.resolve();
    const ended = run!.stop().then(ignore, ignore);
    ending = ended;
    return ended;
  };
  const beginWhenEnded = () => {
    isToLiveAgain = true;
    void ending.then(() => {
      if (!isToLiveAgain) return;
      isToLiveAgain = false;
      begin();
    });
  };

  return {
    stay: () => stay,
    actor: () => run?.actor,
    context: () => run?.actor.getSnapshot().context ?? null,
    isWanted: () => isToLiveAgain || (isActive() && !isLeaving()),
    beginOr(order) {
      if (isActive() && !isLeaving()) run!.send(order);
      else beginWhenEnded();
    },
    beginAnew() {
      void end();
      beginWhenEnded();
    },
    end,
    send: (order) => {
      if (isActive()) run!.send(order);
    },
  };
}

/** With these, the connection is on its way no more. */
const ENDS_OF_A_START: ReadonlySet<TunnelEmitted['type']> = new Set<TunnelEmitted['type']>([
  'child.ready',
  // Without a control socket nobody sees when ssh has logged in.
  'tunnel.proved',
  'backoff.began',
  'tunnel.ended',
]);

function ignore(): void {
  // on purpose
}
