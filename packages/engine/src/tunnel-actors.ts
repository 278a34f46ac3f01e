import {
  tunnelMachine,
  type ChildCommand,
  type ChildEvent,
  type ChildInput,
  type FailureReport,
  type HeartbeatCommand,
  type HeartbeatEvent,
  type TunnelEvent,
  type TunnelMachine,
} from '@holdfast/machines';
import { Observable } from 'rxjs';
import { fromCallback, type AnyActorRef } from 'xstate';
import { processChildren } from './child/child-table.ts';
import type { SshCommand } from './child/command.ts';
import type { Launch } from './child/launch.ts';
import { monotonicMs } from './clock.ts';
import { sshChild$ } from './child/ssh-child.ts';
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

/** What the actors of one tunnel work with. */
export interface TunnelResources {
  /** The command for a start; asked for each start anew. */
  readonly command: (start: number) => SshCommand | Promise<SshCommand>;
  readonly driver: HeartbeatDriver;
  readonly launch: Launch;
  /** Asked once for each ssh, when it has answered for the first time: is everything there that should be? */
  readonly verify: Verify;
  /** A random number from 0 to 1, for the next wait. Default: none. */
  readonly chance?: (() => number) | undefined;
  /** The ssh that runs; kept by the actors. */
  pid?: number | undefined;
  /** Whether any of its ssh has answered a probe. */
  hasAnswered?: boolean;
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
  const tunnel = resourcesOf(self);
  const running = sshEvents$(tunnel, input, signals$(receive)).subscribe((event) => {
    if (event.type === 'child.spawned') {
      tunnel.pid = event.pid;
      tunnel.unprovedSinceMs = monotonicMs();
    }
    sendBack(event);
  });
  return () => running.unsubscribe();
});

type Signal = ChildCommand['signal'];

/** Orders to one ssh. What comes before anybody listens waits: the command may still be being made. */
function signals$(
  receive: (listener: (command: ChildCommand) => void) => void,
): Observable<Signal> {
  let early: readonly Signal[] = [];
  let obey = (signal: Signal): void => void (early = [...early, signal]);
  receive(({ signal }) => obey(signal));
  return new Observable((subscriber) => {
    obey = (signal) => subscriber.next(signal);
    early.forEach(obey);
  });
}

/** A command that cannot be made is a failure of that start, however it is told. */
function commandOf({ command }: TunnelResources, start: number): SshCommand | Promise<SshCommand> {
  try {
    return command(start);
  } catch (error) {
    return Promise.reject(error as Error);
  }
}

function sshEvents$(
  tunnel: TunnelResources,
  { start }: ChildInput,
  signal$: Observable<Signal>,
): Observable<ChildEvent> {
  return sshChild$({
    launch: tunnel.launch,
    children: processChildren,
    owner: tunnel,
    chance: tunnel.chance,
    command: commandOf(tunnel, start),
    signal$,
  });
}

const heartbeat = fromCallback<HeartbeatCommand, ChildInput>(({ self, sendBack, receive }) => {
  const tunnel = resourcesOf(self);
  if (tunnel.driver === noHeartbeat) return undefined;
  const tell = verifiedOnce(tunnel, sendBack);
  const asker = askInTurn(
    tunnel.driver,
    () => targetOf(tunnel),
    (answer) => {
      if (answer.type === 'heartbeat.answered') {
        tunnel.hasAnswered = true;
        tunnel.unprovedSinceMs = undefined;
      }
      tell(answer);
    },
  );
  receive(asker.ask);
  return asker.end;
});

function targetOf({ pid, hasAnswered = false, unprovedSinceMs }: TunnelResources): ProbeTarget {
  if (unprovedSinceMs === undefined) return { pid, hasAnswered };
  return { pid, hasAnswered, unprovedMs: monotonicMs() - unprovedSinceMs };
}

/** An answer proves that the server lives; whether the forwards are there is another question, asked with the first answer. */
function verifiedOnce(
  tunnel: TunnelResources,
  tell: (event: TunnelEvent) => void,
): (answer: HeartbeatEvent) => void {
  let isVerified = false;
  return (answer) => {
    if (isVerified || answer.type !== 'heartbeat.answered') return tell(answer);
    const { atMs = monotonicMs(), roundTripMs = 0 } = answer;
    const conclude = (failure: FailureReport | undefined) => {
      isVerified = failure === undefined;
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
