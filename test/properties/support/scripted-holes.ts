import {
  tunnelMachine,
  type ChildCommand,
  type ChildInput,
  type HeartbeatCommand,
  type Slot,
  type TunnelEvent,
} from '@holdfast/machines';
import { fromCallback } from 'xstate';

type Signal = 'SIGTERM' | 'SIGKILL';

/** What a hole of the machine was told or did, with the number of its start, or the slot of a challenger. */
export type HoleRecord =
  | `start ${number}`
  | `${Signal} ${number | Slot}`
  | `probe ${number}`
  | `gone ${number}`
  /** A challenger is started, or one that is leaving is wanted again; it is sent away; it is the tunnel's ssh from now on. */
  | `${'challenge' | 'keep' | 'dismiss' | 'adopt'} ${Slot}`;

/** The ssh beside the tunnel's own. */
export interface Beside {
  readonly slot: Slot;
  readonly pid: number;
  /** Whether it was sent away, and whether it was told to end: what it does about it is the world's. */
  isDismissed: boolean;
  isEnding: boolean;
}

/** What the holes of one tunnel share. */
export interface Stage {
  readonly holes: HoleRecord[];
  /** The starts whose ssh, which have forwards, have not ended. */
  readonly alive: Set<number>;
  readonly startedAtMs: number[];
  readonly spawnsAtOnce: boolean;
  readonly now: () => number;
  start: number;
  /** In which slot the tunnel's own ssh is. */
  carrier: Slot;
  /** The challenger that has not ended; `undefined`: there is none. */
  challenger: Beside | undefined;
  /** How many challengers were started, and how many took over. */
  challengers: number;
  switches: number;
  /** Orders that make no sense: the laws allow none. */
  readonly faults: string[];
  /** When the first probe was sent that has no answer. */
  silentSinceMs: number | undefined;
  readonly probeTimeoutsMs: (number | undefined)[];
  sendFromChild: ((event: TunnelEvent) => void) | undefined;
  sendFromHeartbeat: ((event: TunnelEvent) => void) | undefined;
}

/** The stages by actor system: the machine is provided with its holes only once. */
export const stages = new WeakMap<object, Stage>();

function stageOf(system: object): Stage {
  const stage = stages.get(system);
  if (stage === undefined) throw new Error('an actor of no stepped tunnel');
  return stage;
}

const sshChild = fromCallback<ChildCommand, ChildInput>(({ input, sendBack, receive, system }) => {
  const stage = stageOf(system);
  begin(stage, input.start);
  stage.holes.push(`start ${input.start}`);
  stage.carrier = 'a';
  stage.sendFromChild = sendBack;
  receive((order) => obey(stage, order));
  if (stage.spawnsAtOnce) {
    sendBack({ type: 'child.spawned', pid: 1000 + input.start, atMs: stage.now() });
  }
  return () => {
    stage.holes.push(`gone ${stage.start}`);
    // What is beside the tunnel's own ssh has no business any more.
    if (stage.challenger !== undefined) stage.holes.push(`SIGKILL ${stage.challenger.slot}`);
    stage.challenger = undefined;
  };
});

/** An ssh with forwards begins. */
function begin(stage: Stage, start: number): void {
  stage.start = start;
  stage.alive.add(start);
  stage.startedAtMs.push(stage.now());
  stage.silentSinceMs = undefined;
}

function obey(stage: Stage, order: ChildCommand): void {
  const { slot } = order;
  const isOfCarrier = slot === stage.carrier;
  if (order.type === 'child.signal') {
    stage.holes.push(`${order.signal} ${isOfCarrier ? stage.start : slot}`);
    if (!isOfCarrier && stage.challenger !== undefined) stage.challenger.isEnding = true;
    return;
  }
  if (isOfCarrier) stage.faults.push(`${order.type} of the tunnel's own ssh`);
  if (order.type === 'child.challenge') return challenge(stage, slot);
  if (stage.challenger === undefined) stage.faults.push(`${order.type} of nobody`);
  else if (order.type === 'child.dismiss') stage.challenger.isDismissed = true;
  if (order.type === 'child.dismiss') return void stage.holes.push(`dismiss ${slot}`);
  if (stage.alive.size > 0)
    stage.faults.push('an ssh was to take over beside another with forwards');
  stage.switches += 1;
  stage.holes.push(`adopt ${slot}`);
  stage.carrier = slot;
  stage.challenger = undefined;
  begin(stage, stage.start + 1);
}

function challenge(stage: Stage, slot: Slot): void {
  if (stage.challenger !== undefined) {
    stage.challenger.isDismissed = false;
    return void stage.holes.push(`keep ${slot}`);
  }
  stage.challengers += 1;
  const pid = 2000 + stage.challengers;
  stage.challenger = { slot, pid, isDismissed: false, isEnding: false };
  stage.holes.push(`challenge ${slot}`);
  if (!stage.spawnsAtOnce) return;
  stage.sendFromChild?.({ type: 'child.spawned', slot, pid, atMs: stage.now() });
}

const heartbeat = fromCallback<HeartbeatCommand, ChildInput>(({ sendBack, receive, system }) => {
  const stage = stageOf(system);
  stage.sendFromHeartbeat = sendBack;
  receive(({ timeoutMs }) => {
    stage.silentSinceMs ??= stage.now();
    stage.probeTimeoutsMs.push(timeoutMs);
    stage.holes.push(`probe ${stage.start}`);
  });
});

/** The tunnel machine with scripted holes. */
export const scriptedMachine = tunnelMachine.provide({ actors: { sshChild, heartbeat } });
