import { setTimeout as sleep } from 'node:timers/promises';
import { watchAnswers } from './answer-times.ts';
import { type HoldfastContender, tunnelName } from './holdfast-contender.ts';
import type { Player } from './trial.ts';

/** The default of holdfast. */
export const POLL_SECONDS = 5;

/**
 * Does something to each of some trials, at another moment between two probes for each, and returns what came of it.
 *
 * The trial of number n is about the n-th forward of each player. Where holdfast plays, its probes count; else the moments are spread
 * over a poll time from now on.
 */
export async function spreadOverPoll<T>(
  players: readonly Player[],
  act: (trial: number) => Promise<T>,
  pollSeconds = POLL_SECONDS,
): Promise<T[]> {
  const trials = players[0]!.forwards.length;
  const actAfter = async (trial: number, fromMs: number) => {
    const phase = (trial + 0.25 + Math.random() / 2) / trials;
    await sleep(Math.max(0, fromMs + phase * pollSeconds * 1000 - performance.now()));
    return act(trial);
  };
  const ours = players.find(({ contender }) => 'scene' in contender);
  if (ours === undefined) {
    const fromMs = performance.now();
    return Promise.all(Array.from({ length: trials }, (_, trial) => actAfter(trial, fromMs)));
  }
  const results: Promise<T>[] = [];
  const names = ours.forwards.map(tunnelName);
  await watchAnswers((ours.contender as HoldfastContender).scene, names, (name, atMs) => {
    const trial = names.indexOf(name);
    results[trial] = actAfter(trial, atMs);
  });
  return Promise.all(results);
}
