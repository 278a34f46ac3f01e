import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createVirtualClock,
  tunnelMachine,
  tunnelState,
  type TunnelEvent,
  type TunnelInput,
  type TunnelState,
} from '@holdfast/machines';
import { createActor, fromCallback } from 'xstate';
import { createRecorder, type Recorder, type RecorderOptions } from '../write/recorder.ts';

/** When the tests' world begins, in milliseconds since 1970. */
export const EPOCH_MS = Date.UTC(2026, 0, 1);

/** Recordings in a folder of their own, under a clock that moves only when told to. */
export interface RecordingScene {
  readonly path: string;
  readonly recorder: Recorder;
  /** Starts a tunnel of that name whose inputs are recorded. */
  tunnel(name: string, input?: TunnelInput): RecordedTunnel;
  /** On the clock of events. */
  nowMs(): number;
  advance(ms: number): void;
  /** Sets the wall clock forward. */
  setWall(ms: number): void;
  /** All lines on file, oldest first; what waits is written before. */
  lines(): readonly string[];
  /** Takes so many bytes off the end of the file, as a crash may. */
  cut(bytes: number): void;
  /** The supervisor goes, and another comes. */
  restart(options?: Partial<RecorderOptions>): void;
  end(): void;
}

/** A tunnel on the real machine. */
export interface RecordedTunnel {
  /** Its states after each input, the first one included. */
  readonly states: readonly TunnelState[];
  readonly state: TunnelState;
  readonly isActive: boolean;
  send(event: TunnelEvent): void;
}

const inert = fromCallback(() => undefined) as never;
const machine = tunnelMachine.provide({ actors: { sshChild: inert, heartbeat: inert } });

const scenes: RecordingScene[] = [];

/** Ends every scene of a test, and removes their folders. For `afterEach`. */
export function endRecordingScenes(): void {
  for (const scene of scenes.splice(0)) scene.end();
}

/** Makes a scene. */
export function createRecordingScene(options: Partial<RecorderOptions> = {}): RecordingScene {
  const scene = makeScene(options);
  scenes.push(scene);
  return scene;
}

function makeScene(options: Partial<RecorderOptions>): RecordingScene {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-recording-'));
  const path = join(folder, 'state', 'recording.ndjson');
  const clock = createVirtualClock();
  let wallOffsetMs = EPOCH_MS;
  const times = {
    nowUs: () => Math.round(clock.now() * 1000),
    wallMs: () => wallOffsetMs + clock.now(),
  };
  const begin = (more: Partial<RecorderOptions>) =>
    createRecorder({ path, program: '1.2.3', clock: times, ...options, ...more });
  let recorder = begin({});
  return {
    path,
    get recorder() {
      return recorder;
    },
    tunnel(name, input = {}) {
      const states: TunnelState[] = [];
      const actor = createActor(machine, {
        id: name,
        input: { ...input, name: `${name}#1` },
        clock,
        inspect: (event) => {
          recorder.inspect(event);
          if (event.type === '@xstate.snapshot' && event.actorRef === actor) {
            states.push(tunnelState(actor.getSnapshot()));
          }
        },
      });
      actor.start();
      return {
        states,
        get state() {
          return tunnelState(actor.getSnapshot());
        },
        get isActive() {
          return actor.getSnapshot().status === 'active';
        },
        send: (event) => {
          if (actor.getSnapshot().status === 'active') actor.send(event);
        },
      };
    },
    nowMs: () => clock.now(),
    advance: (ms) => clock.advance(ms),
    setWall: (ms) => void (wallOffsetMs += ms),
    lines() {
      recorder.flush();
      return readdirSync(join(folder, 'state'))
        .toSorted()
        .toReversed()
        .flatMap((name) => readFileSync(join(folder, 'state', name), 'utf8').split('\n'))
        .filter((line) => line !== '');
    },
    cut: (bytes) => truncateSync(path, statSync(path).size - bytes),
    restart(more = {}) {
      recorder.close();
      recorder = begin(more);
    },
    end() {
      recorder.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Settings of a tunnel in a fleet. */
export const IN_FLEET: TunnelInput = {
  rules: 'holdfast',
  gateSeconds: 0,
  pollSeconds: 5,
  firstPollSeconds: 60,
  hasHeartbeat: true,
  missesAllowed: 1,
  termGraceSeconds: 2,
};
