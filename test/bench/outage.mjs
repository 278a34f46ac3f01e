// The server is away for a while, and returns: how long until bytes come through again? Once it refused connections meanwhile, once
// all packets disappeared, as with a machine that is switched off. The classic autossh stands beside it in the same scenes, with
// ServerAlive as its users set it. The scenes run at the same time: there is nothing to do but wait.
//
// Refused, autossh starts ssh again 2, 10, 28, 60, 110, 182, 280 and 408 s after it lost it: how long it takes from the return on is a
// matter of luck, up to the whole next wait.
import { setTimeout as sleep } from 'node:timers/promises';
import { waitForEcho } from '../e2e/support/echo-time.ts';
import { chosen } from './support/chosen-contenders.mjs';
import { createClassic } from './support/classic-contender.ts';
import { createHoldfast } from './support/holdfast-contender.ts';
import { boundLine, comparisonLine } from './support/measure.mjs';
import { progress } from './support/progress.mjs';
import { withPlayers, withTrial } from './support/trial.ts';

/** Of each player: the worst counts. */
const TUNNELS = 5;
const SETTLE_MS = 3000;
const SHORT_SECONDS = 60;
const LONG_SECONDS = 300;
/** Longer than this nobody waits. */
const GIVE_UP_SECONDS = 180;

/** Seconds of the protocol: the longest wait between two starts, and where packets disappear also the limit of a login. */
const OUTAGES = [
  { kind: 'refused', leave: 'refuse', comeBack: 'acceptAgain', mostSeconds: 6 },
  { kind: 'swallowed', leave: 'swallow', comeBack: 'answerAgain', mostSeconds: 16 },
];

/** Seconds until all forwards of a player carry bytes again. */
async function worstReturn({ forwards }, returnedAtMs) {
  const patience = { giveUpMs: GIVE_UP_SECONDS * 1000 };
  const times = await Promise.all(forwards.map(({ port }) => waitForEcho(port, patience)));
  return times.includes(undefined)
    ? Number.POSITIVE_INFINITY
    : (Math.max(...times) - returnedAtMs) / 1000;
}

function measureReturn({ kind, leave, comeBack }, seconds) {
  const classic = createClassic({ kind: 'server-alive' });
  const contenders = chosen([createHoldfast(), classic]);
  return withTrial({ forwards: TUNNELS * contenders.length }, (trial) =>
    withPlayers(contenders, trial, async (players) => {
      await sleep(SETTLE_MS);
      progress(`the server is away for ${seconds} s (${kind})`);
      await trial.server[leave]();
      await sleep(seconds * 1000);
      const returnedAtMs = performance.now();
      await trial.server[comeBack]();
      progress(`the server is back (${kind})`);
      const times = players.map(async (player) => [
        player.name,
        await worstReturn(player, returnedAtMs),
      ]);
      return new Map(await Promise.all(times));
    }),
  );
}

function lines({ kind, mostSeconds }, seconds, times) {
  const name = `server away ${seconds} s (${kind}), from its return to bytes of all ${TUNNELS}`;
  return [...times].map(([player, time]) => {
    if (player === 'holdfast') return boundLine(name, time, mostSeconds, 's');
    return Number.isFinite(time)
      ? comparisonLine(`${name}: ${player}`, time, 's')
      : comparisonLine(`${name}: ${player}, given up after`, GIVE_UP_SECONDS, 's');
  });
}

export async function measureOutage({ isLong }) {
  const lengths = isLong ? [SHORT_SECONDS, LONG_SECONDS] : [SHORT_SECONDS];
  const scenes = lengths.flatMap((seconds) => OUTAGES.map((outage) => [outage, seconds]));
  const results = await Promise.all(
    scenes.map(async ([outage, seconds]) =>
      lines(outage, seconds, await measureReturn(outage, seconds)),
    ),
  );
  return results.flat();
}
