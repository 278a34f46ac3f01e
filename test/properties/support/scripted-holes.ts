import {
  tunnelMachine,
  type ChildCommand,
  type ChildInput,
  type HeartbeatCommand,
  type TunnelEvent,
} from '@holdfast/machines';
import { fromCallback } from 'xstate';

/** What a hole of the machine was told or did, with the number of its start. */
export type HoleRecord =
  `start ${number}` | `${ChildCommand['signal']} ${number}` | `probe ${number}` | `gone ${number}`;

/** What the holes of one tunnel share. */
export interface Stage {
  readonly holes: HoleRecord[];
  readonly alive: Set<number>;
  readonly startedAtMs: number[];
  readonly spawnsAtOnce: boolean;
  readonly now: () => number;
  start: number;
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
    receive(({ timeoutMs }) => {
      stage.probeTimeoutsMs.push(timeoutMs);
      stage.holes.push(`probe ${input.start}`);
    });
  },
);

/** The tunnel machine with scripted holes. */
export const scriptedMachine = tunnelMachine.provide({ actors: { sshChild, heartbeat } });
