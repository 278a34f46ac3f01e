import { findProgram } from '@holdfast/engine/parts';
import { openDemoTunnel, type DemoTunnel } from './demo-tunnel.ts';
import { DemoError, within } from './demo-error.ts';
import { playOpening, playScene, type Cast } from './play-scene.ts';
import { type SceneResult, SCENES } from './scenes.ts';
import { setStage, type Stage } from './stage.ts';
import type { Storyteller } from './storyteller.ts';

/** The demo ends within this time and the few seconds that ssh may take to obey. */
const LONGEST_SECONDS = 40;

const NEEDED_PROGRAMS = ['ssh', 'ssh-keygen'];

/**
 * Plays the whole demo and leaves nothing behind.
 *
 * Rejects with a {@link DemoError} when it could not be played to its end.
 */
export async function runDemo(storyteller: Storyteller, interruption: AbortSignal): Promise<void> {
  requirePrograms();
  storyteller.introduction();
  const otherwise = () => `not over after ${LONGEST_SECONDS} s: this machine is too busy`;
  const limit = { seconds: LONGEST_SECONDS, otherwise, signal: interruption };
  const results = await within(limit, (signal) => playOnStage(storyteller, signal));
  storyteller.heading('Summary');
  storyteller.summary(results);
}

function requirePrograms(): void {
  const missing = NEEDED_PROGRAMS.find((program) => 'problem' in findProgram(program));
  if (missing === undefined) return;
  throw new DemoError(
    'missing-program',
    `${missing} was not found: install the OpenSSH client, such as with "apt install openssh-client"`,
  );
}

async function playOnStage(storyteller: Storyteller, signal: AbortSignal): Promise<SceneResult[]> {
  const stage = await setStage();
  try {
    signal.throwIfAborted();
    return await playWithTunnel(stage, storyteller, signal);
  } finally {
    await stage.close();
  }
}

async function playWithTunnel(
  stage: Stage,
  storyteller: Storyteller,
  ended: AbortSignal,
): Promise<SceneResult[]> {
  const demo = await openDemoTunnel(stage);
  const signal = AbortSignal.any([ended, tunnelEnd(demo)]);
  try {
    return await playAll({ stage, demo, storyteller, signal });
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    await demo.close();
  }
}

async function playAll(cast: Cast): Promise<SceneResult[]> {
  const results: SceneResult[] = [];
  await playOpening(cast);
  for (const scene of SCENES) results.push(await playScene(cast, scene, results.length + 1));
  return results;
}

/** Aborts when the tunnel ends, which it should not do before the demo does. */
function tunnelEnd({ tunnel }: DemoTunnel): AbortSignal {
  const end = new AbortController();
  tunnel.ended.then(
    ({ sentence }) => end.abort(new DemoError('gave-up', `the tunnel gave up: ${sentence}`)),
    (error: unknown) => end.abort(error),
  );
  return end.signal;
}
