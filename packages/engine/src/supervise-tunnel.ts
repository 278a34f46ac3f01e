import {
  DEFAULT_SETTINGS,
  tunnelState,
  type Clock,
  type ForwardRefused,
  type OperatorEvent,
  type TunnelEmitted,
  type TunnelEnd,
  type TunnelInput,
  type TunnelMachine,
  type TunnelState,
} from '@holdfast/machines';
import { defer, distinctUntilChanged, from, map, Observable, startWith } from 'rxjs';
import {
  createActor,
  type Actor,
  type AnyActorRef,
  type InspectionEvent,
  type Observer,
} from 'xstate';
import { processChildren } from './child/child-table.ts';
import type { SshCommand } from './child/command.ts';
import type { Launch } from './child/launch.ts';
import { systemClock } from './clock.ts';
import { noHeartbeat, type HeartbeatDriver } from './heartbeat/driver.ts';
import {
  equip,
  runnableTunnelMachine,
  type TunnelResources,
  type Verify,
  type WatchedConnection,
} from './tunnel-actors.ts';

/** What a supervised tunnel is made from. */
export interface SuperviseOptions extends Omit<TunnelInput, 'hasHeartbeat'> {
  /** The command to run; a function is asked before each start, with the number of the start. */
  readonly command: SshCommand | ((start: number) => SshCommand | Promise<SshCommand>);
  /** How ssh is launched. */
  readonly launch: Launch;
  /** How to find out whether ssh still carries traffic. Default: not at all. */
  readonly heartbeat?: HeartbeatDriver | undefined;
  /** Asked once for each ssh, with its first answer: what a tunnel lacks that has a server that answers. Default: nothing. */
  readonly verify?: Verify | undefined;
  /** The command of a second ssh, beside one that is silent; with the setting `challenges`. Default: there is none. */
  readonly challenger?: TunnelResources['challenger'];
  /** What can be seen of the connection of the ssh that runs. Default: nothing. */
  readonly connection?: WatchedConnection | undefined;
  /** A random number from 0 to 1 for each end of ssh, for the next wait. Default: none, the middle of all waits. */
  readonly chance?: (() => number) | undefined;
  /** The actor whose system the tunnel is to belong to, with its clock and its inspectors. Default: a system of its own. */
  readonly parent?: AnyActorRef | undefined;
  /** Handed to XState: sees every actor, event and snapshot. Not with a `parent`, whose system is inspected. */
  readonly inspect?: Observer<InspectionEvent> | ((event: InspectionEvent) => void) | undefined;
  /** Where delays come from. Not with a `parent`, whose clock it is. Default: the system's timers, good for any delay. */
  readonly clock?: Clock | undefined;
}

/** A running tunnel. */
export interface RunningTunnel {
  /** The actor of the machine: for whoever wants to know everything. */
  readonly actor: Actor<TunnelMachine>;
  /** Facts, as they happen; nothing is repeated. Subscribe before `start()`, or in the turn that created the tunnel. */
  readonly fact$: Observable<TunnelEmitted>;
  /** The name of the present state, and of each state after it. */
  readonly state$: Observable<TunnelState>;
  /** How the tunnel ended. Rejects when the machine itself failed; ssh has been killed then. */
  readonly ended: Promise<TunnelEnd>;
  /** Starts supervising; a tunnel starts only once. */
  start(): void;
  /** Gives an order, or says that a forward is lost for good. After the end it does nothing. */
  send(order: OperatorEvent | ForwardRefused): void;
  /** Ends ssh and the tunnel: in bounded time, whatever ssh does. */
  stop(): Promise<TunnelEnd>;
}

/** Puts a tunnel together. It does nothing before its `start()`. */
export function superviseTunnel(options: SuperviseOptions): RunningTunnel {
  const { name = 'tunnel', command, launch, heartbeat = noHeartbeat } = options;
  const resources: TunnelResources = {
    command: typeof command === 'function' ? command : () => command,
    launch,
    driver: heartbeat,
    verify: options.verify ?? (() => undefined),
    chance: options.chance,
    challenger: options.challenger,
    connection: options.connection,
  };
  const actor = createActor(runnableTunnelMachine, {
    input: Object.assign(machineInput(options), {
      name,
      hasHeartbeat: heartbeat !== noHeartbeat,
    }),
    id: name,
    ...systemOf(options),
  });
  equip(actor, resources);
  const ended = endOf(actor, resources);
  const send = (order: OperatorEvent | ForwardRefused) => {
    if (actor.getSnapshot().status === 'active') actor.send(order);
  };
  return {
    actor,
    fact$: factsOf(actor),
    state$: statesOf(actor),
    ended,
    start: () => void actor.start(),
    send,
    stop() {
      send({ type: 'tunnel.stop' });
      return ended;
    },
  };
}

/** Where the actor belongs, as XState asks for it. */
function systemOf({ parent, inspect, clock = systemClock }: SuperviseOptions) {
  if (parent !== undefined) return { parent };
  return { clock: clock as never, ...(inspect === undefined ? {} : { inspect }) };
}

const SETTINGS = Object.keys(DEFAULT_SETTINGS) as readonly (keyof TunnelInput)[];

/** The settings among the options: what the machine is given is plain data. */
function machineInput(options: SuperviseOptions): TunnelInput {
  const settings: TunnelInput = options;
  return Object.fromEntries(
    SETTINGS.filter((name) => name in options).map((name) => [name, settings[name]]),
  );
}

function factsOf(actor: Actor<TunnelMachine>): Observable<TunnelEmitted> {
  return new Observable((subscriber) => {
    const facts = actor.on('*', (fact) => subscriber.next(fact));
    return () => facts.unsubscribe();
  });
}

function statesOf(actor: Actor<TunnelMachine>): Observable<TunnelState> {
  // One small object until somebody subscribes: a fleet of hundreds does not.
  return defer(() =>
    from(actor).pipe(startWith(actor.getSnapshot()), map(tunnelState), distinctUntilChanged()),
  );
}

/**
 * A machine that fails takes its ssh along: XState leaves the actors of a failed machine alone
 * (https://github.com/statelyai/xstate/issues/5153).
 */
function endOf(actor: Actor<TunnelMachine>, resources: TunnelResources): Promise<TunnelEnd> {
  return new Promise((resolve, reject) => {
    actor.subscribe({
      complete: () => resolve(actor.getSnapshot().output!),
      error: (error) => {
        processChildren.killAll(resources);
        reject(error instanceof Error ? error : new Error(String(error)));
      },
    });
  });
}
