import {
  createVirtualClock,
  type TunnelMachine,
  tunnelState,
  type ChildEvent,
  type ChildExited,
  type ConnectionSight,
  type FailureReport,
  type HeartbeatEvent,
  type SshExit,
  type TunnelEmitted,
  type TunnelEnd,
  type TunnelEvent,
  type TunnelInput,
  type TunnelState,
  type VirtualClock,
} from '@holdfast/machines';
import { createActor, type ActorRefFrom } from 'xstate';
import {
  scriptedMachine,
  stages,
  type Beside,
  type HoleRecord,
  type Stage,
} from './scripted-holes.ts';

/** What is known of why an ssh ended, and the chance for the next wait. */
type Evidence = Pick<ChildExited, 'failure' | 'chance'>;

/** A tunnel machine under a clock that moves only when told to, with scripted holes. */
export interface SteppedTunnel {
  readonly actor: ActorRefFrom<TunnelMachine>;
  readonly clock: VirtualClock;
  /** The states so far; the same state comes twice in a row only if there was a start in between. */
  readonly states: TunnelState[];
  readonly emitted: TunnelEmitted[];
  /** What happened at the holes: starts, signals, probes, and when each ssh actor was let go. */
  readonly holes: HoleRecord[];
  /** The starts whose ssh has not ended, whatever the machine thinks of it. */
  readonly alive: ReadonlySet<number>;
  /** The ssh beside the tunnel's own, whatever the machine thinks of it. */
  readonly challenger: Beside | undefined;
  /** How many challengers were started, and how many took over. */
  readonly challengers: number;
  readonly switches: number;
  /** Orders that make no sense. */
  readonly faults: readonly string[];
  /** How many probes were asked for. */
  readonly probes: number;
  /** How long each probe was said to be allowed to take; `undefined` where nothing was said. */
  readonly probeTimeoutsMs: readonly (number | undefined)[];
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
  /** The ssh of the present start has logged in. */
  ready(): void;
  /** The ssh of the present start ended: by a status (number) or by a signal (name). */
  exit(how: number | string, evidence?: Evidence): void;
  /** The ssh of the present start could not be executed. */
  refuseToRun(reason?: string, evidence?: Evidence): void;
  /** The ssh actor says that a forward was refused. */
  refuseForward(failure?: FailureReport): void;
  /** The heartbeat actor says something. */
  beat(event: HeartbeatEvent): void;
  /** The heartbeat actor says that the far end answered just now, after so long. */
  answer(roundTripMs?: number): void;
  /** The heartbeat actor says that nobody answered in time, and what is seen of the connection. */
  miss(sight?: ConnectionSight | null): void;
  /** Another tunnel got through to the same host; and what is seen of the connection, if anybody looked. */
  answerAtHost(sight?: ConnectionSight | null): void;
  /** The challenger runs. */
  spawnChallenger(): void;
  /** It has logged in; and what is seen of the other connection. */
  readyChallenger(sight?: ConnectionSight | null): void;
  /** It ended. */
  exitChallenger(how: number | string, evidence?: Evidence): void;
  /** It could not be executed. */
  refuseChallenger(evidence?: Evidence): void;
  advance(ms: number): void;
}

/** An event of an ssh, without its slot. */
type Sayable = ChildEvent extends infer TEvent
  ? TEvent extends ChildEvent
    ? Omit<TEvent, 'slot'>
    : never
  : never;

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
  const actor = createActor(scriptedMachine, { input, clock });
  const stage: Stage = {
    holes: [],
    alive: new Set(),
    startedAtMs: [],
    spawnsAtOnce,
    now: () => clock.now(),
    start: 0,
    carrier: 'a',
    challenger: undefined,
    challengers: 0,
    switches: 0,
    faults: [],
    silentSinceMs: undefined,
    probeTimeoutsMs: [],
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

  /** The ssh in a slot says something. */
  const tell = (event: Sayable, slot = stage.carrier) =>
    stage.sendFromChild?.({ ...event, ...(slot === 'a' ? {} : { slot }) });
  const beat = (event: HeartbeatEvent) => {
    if (event.type !== 'heartbeat.missed') stage.silentSinceMs = undefined;
    stage.sendFromHeartbeat?.(event);
  };

  return {
    actor,
    clock,
    states,
    emitted,
    holes: stage.holes,
    alive: stage.alive,
    startedAtMs: stage.startedAtMs,
    faults: stage.faults,
    get challenger() {
      return stage.challenger;
    },
    get challengers() {
      return stage.challengers;
    },
    get switches() {
      return stage.switches;
    },
    get probes() {
      return stage.probeTimeoutsMs.length;
    },
    probeTimeoutsMs: stage.probeTimeoutsMs,
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
      tell({ type: 'child.spawned', pid: 1000 + stage.start, atMs: clock.now() });
    },
    ready() {
      tell({ type: 'child.ready', atMs: clock.now() });
    },
    exit(how, evidence = {}) {
      stage.alive.delete(stage.start);
      tell({ type: 'child.exited', ...sshExit(how), atMs: clock.now(), ...evidence });
    },
    refuseToRun(reason = '/no/ssh: No such file or directory', evidence = {}) {
      stage.alive.delete(stage.start);
      tell({ type: 'child.unrunnable', reason, atMs: clock.now(), ...evidence });
    },
    refuseForward(failure) {
      tell({ type: 'forward.refused', port: 20000, ...(failure === undefined ? {} : { failure }) });
    },
    beat,
    answer(roundTripMs = 1) {
      beat({ type: 'heartbeat.answered', atMs: clock.now(), roundTripMs });
    },
    miss(sight = null) {
      const atMs = clock.now();
      const silentMs = atMs - (stage.silentSinceMs ?? atMs);
      beat({ type: 'heartbeat.missed', reason: 'no answer', atMs, silentMs, sight });
    },
    answerAtHost(sight) {
      const seen = sight === undefined ? {} : { atMs: clock.now(), sight };
      actor.send({ type: 'host.answered', ...seen });
    },
    spawnChallenger() {
      const { slot, pid } = stage.challenger!;
      tell({ type: 'child.spawned', pid, atMs: clock.now() }, slot);
    },
    readyChallenger(sight = null) {
      tell({ type: 'child.ready', atMs: clock.now(), sight }, stage.challenger!.slot);
    },
    exitChallenger(how, evidence = {}) {
      const { slot } = stage.challenger!;
      stage.challenger = undefined;
      tell({ type: 'child.exited', ...sshExit(how), atMs: clock.now(), ...evidence }, slot);
    },
    refuseChallenger(evidence = {}) {
      const { slot } = stage.challenger!;
      stage.challenger = undefined;
      tell({ type: 'child.unrunnable', reason: 'no ssh', atMs: clock.now(), ...evidence }, slot);
    },
    advance: (ms) => clock.advance(ms),
  };
}
