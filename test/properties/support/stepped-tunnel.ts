import {
  createVirtualClock,
  tunnelMachine,
  tunnelState,
  type ChildCommand,
  type ChildInput,
  type HeartbeatCommand,
  type HeartbeatEvent,
  type SshExit,
  type TunnelEmitted,
  type TunnelEnd,
  type TunnelEvent,
  type TunnelInput,
  type TunnelState,
  type VirtualClock,
} from '@holdfast/machines';
import { createActor, fromCallback, type ActorRefFrom } from 'xstate';

/** What a hole of the machine was told or did, with the number of its start. */
export type HoleRecord =
  `start ${number}` | `${ChildCommand['signal']} ${number}` | `probe ${number}` | `gone ${number}`;

/** A tunnel machine under a clock that moves only when told to, with scripted holes. */
export interface SteppedTunnel {
  readonly actor: ActorRefFrom<typeof tunnelMachine>;
  readonly clock: VirtualClock;
  /** The states so far; the same state comes twice in a row only if there was a start in between. */
  readonly states: TunnelState[];
  readonly emitted: TunnelEmitted[];
  /** What happened at the holes: starts, signals, probes, and when each ssh actor was let go. */
  readonly holes: HoleRecord[];
  /** The starts whose ssh has not ended, whatever the machine thinks of it. */
  readonly alive: ReadonlySet<number>;
  /** How many probes were asked for. */
  readonly probes: number;
  /** When each ssh was started, the first one first. */
  readonly startedAtMs: readonly number[];
  readonly state: TunnelState;
  /** The output, once there is one. */
  readonly end: TunnelEnd | undefined;
  readonly isActive: boolean;
  /** Sends an event as an operator would; nothing happens after the end. */
  send(event: TunnelEvent): void;
  /** The ssh of the present start runs. */
  spawn(): void;
  /** The ssh of the present start ended: by a status (number) or by a signal (name). */
  exit(how: number | string): void;
  /** The ssh of the present start could not be executed. */
  refuseToRun(reason?: string): void;
  /** The ssh actor says that a forward was refused. */
  refuseForward(): void;
  /** The heartbeat actor says something. */
  beat(event: HeartbeatEvent): void;
  advance(ms: number): void;
}

/** What the holes of one tunnel share. */
interface Stage {
  readonly holes: HoleRecord[];
  readonly alive: Set<number>;
  readonly startedAtMs: number[];
  readonly spawnsAtOnce: boolean;
  readonly now: () => number;
  start: number;
  probes: number;
  sendFromChild: ((event: TunnelEvent) => void) | undefined;
  sendFromHeartbeat: ((event: TunnelEvent) => void) | undefined;
}

/** The stages by actor system: the machine is provided with its holes only once. */
const stages = new WeakMap<object, Stage>();

function stageOf(system: object): Stage {
  const stage = stages.get(system);
  if (stage === undefined) throw new Error('an actor of no stepped tunnel');
  return stage;
}

const sshChild = fromCallback<ChildCommand, ChildInput>(({ input, sendBack, receive, system }) => {
  const stage = stageOf(system);
  const { start } = input;
  stage.holes.push(`start ${start}`);
  stage.alive.add(start);
  stage.startedAtMs.push(stage.now());
  stage.start = start;
  stage.sendFromChild = sendBack;
  receive(({ signal }) => stage.holes.push(`${signal} ${start}`));
  if (stage.spawnsAtOnce) {
    sendBack({ type: 'child.spawned', pid: 1000 + start, atMs: stage.now() });
  }
  return () => void stage.holes.push(`gone ${start}`);
});

const heartbeat = fromCallback<HeartbeatCommand, ChildInput>(
  ({ input, sendBack, receive, system }) => {
    const stage = stageOf(system);
    stage.sendFromHeartbeat = sendBack;
    receive(() => {
      stage.probes += 1;
      stage.holes.push(`probe ${input.start}`);
    });
  },
);

const machine = tunnelMachine.provide({ actors: { sshChild, heartbeat } });

/** Status or signal as ssh reports it. */
export function sshExit(how: number | string): SshExit {
  return typeof how === 'number' ? { status: how, signal: null } : { status: null, signal: how };
}

/**
 * Starts a tunnel on a virtual clock.
 *
 * @param spawnsAtOnce - whether each ssh runs at once; without it {@link SteppedTunnel.spawn} says when.
 */
export function steppedTunnel(input: TunnelInput = {}, spawnsAtOnce = true): SteppedTunnel {
  const clock = createVirtualClock();
  const actor = createActor(machine, { input, clock });
  const stage: Stage = {
    holes: [],
    alive: new Set(),
    startedAtMs: [],
    spawnsAtOnce,
    now: () => clock.now(),
    start: 0,
    probes: 0,
    sendFromChild: undefined,
    sendFromHeartbeat: undefined,
  };
  stages.set(actor.system, stage);

  const states: TunnelState[] = [];
  const emitted: TunnelEmitted[] = [];
  let lastStarts = 0;
  actor.subscribe((snapshot) => {
    const state = tunnelState(snapshot);
    const { starts } = snapshot.context;
    if (state !== states.at(-1) || starts !== lastStarts) states.push(state);
    lastStarts = starts;
  });
  actor.on('*', (event) => void emitted.push(event));
  actor.start();

  return {
    actor,
    clock,
    states,
    emitted,
    holes: stage.holes,
    alive: stage.alive,
    startedAtMs: stage.startedAtMs,
    get probes() {
      return stage.probes;
    },
    get state() {
      return tunnelState(actor.getSnapshot());
    },
    get end() {
      return actor.getSnapshot().output;
    },
    get isActive() {
      return actor.getSnapshot().status === 'active';
    },
    send(event) {
      if (actor.getSnapshot().status === 'active') actor.send(event);
    },
    spawn() {
      stage.sendFromChild?.({ type: 'child.spawned', pid: 1000 + stage.start, atMs: clock.now() });
    },
    exit(how) {
      stage.alive.delete(stage.start);
      stage.sendFromChild?.({ type: 'child.exited', ...sshExit(how), atMs: clock.now() });
    },
    refuseToRun(reason = '/no/ssh: No such file or directory') {
      stage.alive.delete(stage.start);
      stage.sendFromChild?.({ type: 'child.unrunnable', reason });
    },
    refuseForward() {
      stage.sendFromChild?.({ type: 'forward.refused', port: 20000 });
    },
    beat(event) {
      stage.sendFromHeartbeat?.(event);
    },
    advance: (ms) => clock.advance(ms),
  };
}
