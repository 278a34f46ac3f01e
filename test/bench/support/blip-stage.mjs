// What all scenes of blip.mjs stand on: trials that each have a line and a host of their own, which the players share.
import { setTimeout as sleep } from 'node:timers/promises';
import { chosen } from './chosen-contenders.mjs';
import { createClassic } from './classic-contender.ts';
import { progress } from './progress.mjs';
import { withPlayers, withTrial } from './trial.ts';

export const TRIALS = Number(process.env.BENCH_BLIPS ?? 10);

/** Longer than any tunnel takes from its first bytes to being called healthy. */
const SETTLE_MS = 3000;

/** The classic autossh as it is used: TCP alone, ServerAlive 15 x 3, and its own loop at the default poll time. */
export const CLASSICS = {
  tcp: () => createClassic({ kind: 'tcp' }, 'autossh -M 0'),
  alive: () => createClassic({ kind: 'server-alive' }, 'autossh -M 0 with ServerAlive 15 x 3'),
  loop: () => createClassic({ kind: 'loop', pollSeconds: 600 }, 'autossh -M'),
};

/** Which types of facts tell what. */
export const FACTS = {
  /** ssh has to go, or another takes over. */
  switched: /^(stop\.began|tunnel\.switched)$/,
  ended: /^child\.ended$/,
  challenged: /^challenger\.(began|started)$/,
};

/**
 * Lets contenders play on the same lines: trial n is about the n-th line, which has a host of its own, and the n-th forward of each.
 *
 * With `lines: 1` all tunnels lead to one host.
 */
export function withStage(contenders, use, { trials = TRIALS, lines = trials } = {}) {
  const players = chosen(contenders);
  const settings = { forwards: trials * players.length, lines, ownHosts: lines > 1 };
  return withTrial(settings, (trial) =>
    withPlayers(players, trial, async (started) => {
      await sleep(SETTLE_MS);
      progress(`${players.map(({ name }) => name).join('; ')}: ${trials} tunnels of each are up`);
      return use(started, trial);
    }),
  );
}

/** The one of the players that is a holdfast, if it plays. */
export function oursOf(players) {
  return players.find(({ contender }) => 'scene' in contender);
}
