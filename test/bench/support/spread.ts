import { setTimeout as sleep } from 'node:timers/promises';
import { watchAnswers } from './answer-times.ts';
import { type HoldfastContender, tunnelName } from './holdfast-contender.ts';
import type { Player } from './trial.ts';

/** The default of holdfast. */
export const POLL_SECONDS = 5;

/** How far apart the trials are. */
interface Spread {
  readonly pollSeconds?: number;
  /**
   * How many poll times lie between one trial and the next. Default: 0. Probes of a fleet that starts at once come together, and so what
   * happens within one poll time is found at one moment, by all: with 1 each trial has the machine to itself.
   */
  readonly pollsApart?: number;
}

/**
 * Does something to each of some trials, at another moment between two probes for each, and returns what came of it.
 *
 * The trial of number n is about the n-th forward of each player. Where holdfast plays, its probes count; else the moments are spread
 * over a poll time from now on.
 */
export async function spreadOverPoll<T>(
  players: readonly Player[],
  act: (trial: number) => Promise<T>,
  { pollSeconds = POLL_SECONDS, pollsApart = 0 }: Spread = {},
): Promise<T[]> {
  const trials = players[0]!.forwards.length;
  const actAfter = async (trial: number, fromMs: number) => {
    const phase = (trial + 0.25 + Math.random() / 2) / trials + trial * pollsApart;
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
