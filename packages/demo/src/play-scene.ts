import { monotonicMs } from '@holdfast/engine/parts';
import type { TunnelEmitted, TunnelState } from '@holdfast/machines';
import { setTimeout as sleep } from 'node:timers/promises';
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import type { DemoTunnel } from './demo-tunnel.ts';
import { within } from './demo-error.ts';
import type { Scene, SceneResult } from './scenes.ts';
import type { Stage } from './stage.ts';
import type { Storyteller } from './storyteller.ts';
import { stateReached, watchSteps } from './tunnel-steps.ts';
import { factsOf, foundBy } from './step-words.ts';
import { LOOPBACK } from './reopenable-port.ts';

/** How long bytes may take to come back, and how long the heartbeat may then take to agree. */
const LONGEST_RECOVERY_SECONDS = 10;
const LONGEST_PROOF_SECONDS = 10;

/** Time to read a heading. Just over the poll time: the fault comes soon after a heartbeat, and the next one is far. */
const READING_SECONDS = 1.1;

/** Who plays. */
export interface Cast {
  readonly stage: Stage;
  readonly demo: DemoTunnel;
  readonly storyteller: Storyteller;
  /** Ends the play. */
  readonly signal: AbortSignal;
}

/** Tells how the first ssh comes up. */
export async function playOpening(cast: Cast): Promise<void> {
  cast.storyteller.heading('Opening: the tunnel comes up');
  await follow(cast, { name: 'the opening', story: 'ssh is started', kind: 'good' });
}

/** Breaks the connection, and tells how the tunnel recovers. */
export async function playScene(cast: Cast, scene: Scene, number: number): Promise<SceneResult> {
  const { stage, storyteller, signal } = cast;
  storyteller.heading(`Scene ${number}: ${scene.name}`);
  await sleep(READING_SECONDS * 1000, undefined, { signal });
  const { name, story, repair } = scene;
  const fault = async () => scene.fault(stage);
  const { facts, seconds } = await follow(cast, { name, story, kind: 'fault', fault, repair });
  return {
    scene,
    foundBy: foundBy(facts),
    recoveredAfterSeconds: seconds,
    starts: factsOf(facts, 'start.began').length,
  };
}

/** What begins a part of the play. */
interface Beginning extends Pick<Scene, 'name' | 'story'> {
  readonly kind: 'fault' | 'good';
  readonly fault?: () => Promise<void>;
  readonly repair?: Scene['repair'] | undefined;
}

/** Follows the tunnel from a beginning until bytes come back, and on until the tunnel knows that they do. */
async function follow(
  cast: Cast,
  { name, story, kind, fault, repair }: Beginning,
): Promise<{ facts: readonly TunnelEmitted[]; seconds: number }> {
  const { demo, storyteller, signal } = cast;
  const facts: TunnelEmitted[] = [];
  const path: TunnelState[] = [];
  const beganMs = monotonicMs();
  const clock = () => (monotonicMs() - beganMs) / 1000;
  storyteller.event(0, story, kind);
  const stopWatching = watchSteps(demo.tunnel, (step) => {
    facts.push(...step.facts);
    path.push(step.to);
    storyteller.step(clock(), step);
  });
  try {
    await fault?.();
    await Promise.all([repairLater(cast, clock, repair), waitForBytes(cast, name)]);
    const seconds = clock();
    const again = fault === undefined ? '' : ': recovered';
    storyteller.event(seconds, `bytes come back through the tunnel${again}`, 'good');
    const otherwise = () => `${name}: bytes pass, but the tunnel is still ${path.at(-1)}`;
    await within({ seconds: LONGEST_PROOF_SECONDS, otherwise, signal }, (either) =>
      stateReached(demo.tunnel, 'healthy', either),
    );
    storyteller.path(path);
    return { facts, seconds };
  } finally {
    stopWatching();
  }
}

function waitForBytes({ demo, signal }: Cast, name: string): Promise<void> {
  const seconds = LONGEST_RECOVERY_SECONDS;
  const otherwise = () => `${name}: no bytes came back through the tunnel within ${seconds} s`;
  return within({ seconds, otherwise, signal }, (either) => bytesComeBack(demo.port, either));
}

async function repairLater(
  { stage, storyteller, signal }: Cast,
  clock: () => number,
  repair: Scene['repair'],
): Promise<void> {
  if (repair === undefined) return;
  await sleep((repair.afterSeconds - clock()) * 1000, undefined, { signal });
  await repair.perform(stage);
  storyteller.event(clock(), repair.story, 'good');
}

const RETRY_MS = 50;
const LONGEST_TRY_MS = 1000;
const NONCE_BYTES = 16;

/**
 * Waits until bytes pass: sends a nonce through a forwarded port to an echo service, again and again over new connections,
 * until one has come back.
 *
 * Rejects when the signal aborts.
 */
async function bytesComeBack(port: number, signal: AbortSignal): Promise<void> {
  while (!(await nonceComesBack(port, signal))) await sleep(RETRY_MS, undefined, { signal });
}

function nonceComesBack(port: number, signal: AbortSignal): Promise<boolean> {
  const nonce = randomBytes(NONCE_BYTES);
  return new Promise((resolve) => {
    let received = Buffer.alloc(0);
    const socket = connect({ host: LOOPBACK, port, noDelay: true });
    const giveUp = () => socket.destroy();
    signal.addEventListener('abort', giveUp);
    socket.setTimeout(LONGEST_TRY_MS, () => socket.destroy());
    socket.on('error', () => undefined).once('connect', () => socket.write(nonce));
    socket.on('data', (bytes) => {
      received = Buffer.concat([received, bytes]);
      if (received.length >= nonce.length) socket.destroy();
    });
    socket.once('close', () => {
      signal.removeEventListener('abort', giveUp);
      resolve(received.equals(nonce));
    });
  });
}
