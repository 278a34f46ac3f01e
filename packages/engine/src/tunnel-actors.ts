import {
  tunnelMachine,
  type ChildCommand,
  type ChildEvent,
  type ChildInput,
  type ConnectionSight,
  type FailureReport,
  type HeartbeatCommand,
  type HeartbeatEvent,
  type HeartbeatMissed,
  type Slot,
  type TunnelEvent,
  type TunnelMachine,
} from '@holdfast/machines';
import { fromCallback, type AnyActorRef } from 'xstate';
import { processChildren } from './child/child-table.ts';
import type { SshCommand } from './child/command.ts';
import type { Launch } from './child/launch.ts';
import { monotonicMs } from './clock.ts';
import { SshSlots, type ChallengerCommand, type SshSlotsSource } from './child/ssh-slots.ts';
import {
  askInTurn,
  noHeartbeat,
  type HeartbeatDriver,
  type ProbeTarget,
} from './heartbeat/driver.ts';

/**
 * Says what a tunnel lacks that has a server that answers.
 *
 * @param sinceMs - when ssh was asked: what was seen since then holds.
 */
export type Verify = (
  pid: number | undefined,
  sinceMs: number,
) => FailureReport | undefined | Promise<FailureReport | undefined>;

/** What can be seen of the connection of the ssh that runs, without asking it. */
export interface WatchedConnection {
  /** Told of each answer. */
  answered(): void;
  /** Whether this machine still has the local address of it; `true` where that cannot be told. Asked before each probe. */
  hasAddress(): boolean;
  /**
   * What is seen now; `null`: it cannot be read. Never rejects, and takes a second at most.
   *
   * @param sentMs - when the probe was sent that is late.
   */
  sight(sentMs: number): Promise<ConnectionSight | null>;
}

/** What the actors of one tunnel work with. */
export interface TunnelResources {
  /** The command for a start; asked for each start anew. */
  readonly command: (start: number) => SshCommand | Promise<SshCommand>;
  readonly driver: HeartbeatDriver;
  readonly launch: Launch;
  /** Asked once for each ssh, when it has answered for the first time: is everything there that should be? */
  readonly verify: Verify;
  /** The command of a second ssh in a slot, beside one that is silent. Default: there is none. */
  readonly challenger?:
    ((slot: Slot) => ChallengerCommand | Promise<ChallengerCommand>) | undefined;
  /** What can be seen of the connection of the ssh that runs. Default: nothing. */
  readonly connection?: WatchedConnection | undefined;
  /** A random number from 0 to 1, for the next wait. Default: none. */
  readonly chance?: (() => number) | undefined;
  /** The ssh that runs; kept by the actors. */
  pid?: number | undefined;
  /** Whether any of its ssh has answered a probe. */
  hasAnswered?: boolean;
  /** Whether the ssh that runs has all that it should. */
  isVerified?: boolean;
  /** Asks the ssh that runs nothing more, until the next order. */
  endProbes?: () => void;
  /** When the last probe was sent. */
  sentMs?: number;
  /** When the first probe was sent that has no answer; `undefined`: each has. */
  silentSinceMs?: number | undefined;
  /** When the ssh that runs was started, if it has not answered a probe. */
  unprovedSinceMs?: number | undefined;
}

/**
 * What each tunnel works with, by its actor, and for as long as there is that actor.
 *
 * The holes of the machine are filled once for all tunnels, since a machine of its own would cost each 26 kB; what differs is
 * looked up here.
 */
const resources = new WeakMap<AnyActorRef, TunnelResources>();

/** Gives a tunnel what its actors work with; before it is started. */
export function equip(tunnel: AnyActorRef, tools: TunnelResources): void {
  resources.set(tunnel, tools);
}

/** What the tunnel works with whose actor this is. */
function resourcesOf({ _parent }: AnyActorRef): TunnelResources {
  const found = _parent && resources.get(_parent);
  if (found === undefined) throw new Error('the tunnel was given nothing to work with');
  return found;
}

const sshChild = fromCallback<ChildCommand, ChildInput>(({ input, self, sendBack, receive }) => {
  const slots = new SshSlots(new SshOfTunnel(resourcesOf(self), input.start, sendBack));
  receive((order) => slots.obey(order));
  slots.start();
  return () => slots.end();
});

/** What the ssh of one life of a tunnel are made with. A class, since closures would cost each tunnel of a fleet more. */
class SshOfTunnel implements SshSlotsSource {
  readonly children = processChildren;
  readonly owner: TunnelResources;
  readonly tell: (event: ChildEvent) => void;
  readonly #start: number;

  constructor(owner: TunnelResources, start: number, tell: (event: ChildEvent) => void) {
    this.owner = owner;
    this.#start = start;
    this.tell = tell;
  }

  get launch(): Launch {
    return this.owner.launch;
  }

  get chance(): (() => number) | undefined {
    return this.owner.chance;
  }

  command(): SshCommand | Promise<SshCommand> {
    return commandOf(this.owner, this.#start);
  }

  challenger(slot: Slot): Promise<ChallengerCommand> {
    return challengerOf(this.owner, slot);
  }

  sight(): Promise<ConnectionSight | null> {
    return sightOf(this.owner);
  }

  ran(pid: number | undefined): void {
    const { owner } = this;
    owner.pid = pid;
    owner.unprovedSinceMs = monotonicMs();
    owner.silentSinceMs = undefined;
    owner.isVerified = false;
    // What the ssh before has not answered is no question to this one.
    owner.endProbes?.();
  }
}

/** A command that cannot be made is a failure of that start, however it is told. */
function commandOf({ command }: TunnelResources, start: number): SshCommand | Promise<SshCommand> {
  try {
    return command(start);
  } catch (error) {
    return Promise.reject(error as Error);
  }
}

async function challengerOf(
  { challenger }: TunnelResources,
  slot: Slot,
): Promise<ChallengerCommand> {
  if (challenger === undefined) throw new Error('this tunnel has no challengers');
  return await challenger(slot);
}

const heartbeat = fromCallback<HeartbeatCommand, ChildInput>(({ self, sendBack, receive }) => {
  const tunnel = resourcesOf(self);
  if (tunnel.driver === noHeartbeat) return undefined;
  const tell = verifiedOnce(tunnel, sendBack);
  const tellMissed = (missed: HeartbeatMissed) => {
    const { pid } = tunnel;
    void withSight(missed, tunnel).then((seen) => {
      // By now another ssh may be the tunnel's own.
      if (tunnel.pid === pid) tell(seen);
    });
  };
  const asker = askInTurn(
    tunnel.driver,
    () => targetOf(tunnel),
    (answer) => {
      if (answer.type === 'heartbeat.answered') {
        tunnel.hasAnswered = true;
        tunnel.unprovedSinceMs = undefined;
        tunnel.connection?.answered();
      }
      if (answer.type === 'heartbeat.missed') {
        if (tunnel.challenger === undefined) tell(answer);
        else tellMissed(answer);
        return;
      }
      tunnel.silentSinceMs = undefined;
      tell(answer);
    },
  );
  receive((order) => {
    const isFirst = tunnel.silentSinceMs === undefined;
    tunnel.sentMs = monotonicMs();
    tunnel.silentSinceMs ??= tunnel.sentMs;
    // Nothing would come back; later ones are asked all the same, since it may be here again.
    if (isFirst && tunnel.connection?.hasAddress() === false) {
      tellMissed(ADDRESS_GONE);
    } else asker.ask(order);
  });
  tunnel.endProbes = asker.end;
  return asker.end;
});

const ADDRESS_GONE: HeartbeatMissed = {
  type: 'heartbeat.missed',
  reason: 'this machine does not have the address of the connection any more',
};

/** What is seen now of the connection of a tunnel's ssh; `null`: it cannot be read. Never rejects, and takes a second at most. */
export async function seenOf(tunnel: AnyActorRef): Promise<ConnectionSight | null> {
  const found = resources.get(tunnel);
  return found === undefined ? null : await sightOf(found);
}

/** What is seen of the connection of the ssh that runs. */
async function sightOf({ connection, sentMs }: TunnelResources): Promise<ConnectionSight | null> {
  return (await connection?.sight(sentMs ?? monotonicMs())) ?? null;
}

/** What is known of an ssh that did not answer, for a machine that doubts before it gives up. */
async function withSight(
  missed: HeartbeatMissed,
  tunnel: TunnelResources,
): Promise<HeartbeatMissed> {
  const sight = await sightOf(tunnel);
  const atMs = monotonicMs();
  return { ...missed, atMs, silentMs: atMs - (tunnel.silentSinceMs ?? atMs), sight };
}

function targetOf({ pid, hasAnswered = false, unprovedSinceMs }: TunnelResources): ProbeTarget {
  if (unprovedSinceMs === undefined) return { pid, hasAnswered };
  return { pid, hasAnswered, unprovedMs: monotonicMs() - unprovedSinceMs };
}

/** An answer proves that the server lives; whether the forwards are there is another question, asked with the first answer. */
function verifiedOnce(
  tunnel: TunnelResources,
  tell: (event: TunnelEvent) => void,
): (answer: HeartbeatEvent) => void {
  return (answer) => {
    if (tunnel.isVerified === true || answer.type !== 'heartbeat.answered') return tell(answer);
    const { atMs = monotonicMs(), roundTripMs = 0 } = answer;
    const conclude = (failure: FailureReport | undefined) => {
      tunnel.isVerified = failure === undefined;
      tell(failure === undefined ? answer : { type: 'forward.refused', failure });
    };
    const failure = tunnel.verify(tunnel.pid, atMs - roundTripMs);
    if (failure instanceof Promise) void failure.then(conclude);
    else conclude(failure);
    return undefined;
  };
}

/** The tunnel machine with every hole filled. */
export const runnableTunnelMachine: TunnelMachine = tunnelMachine.provide({
  actors: { sshChild, heartbeat },
});
