// A connection dies while its path lives: how long until bytes go through the tunnel again? Once the relay holds what is open on the line
// and passes what is new, once the server's session is stopped; without a stream through the tunnel and with one that talks; once, and in
// a row, so that the next death finds a tunnel that has only just healed. The classic autossh has its own trials on the same lines.
import { setTimeout as sleep } from 'node:timers/promises';
import { signalAll } from '../../e2e/support/child-processes.ts';
import { CLASSICS, oursOf, withStage } from '../support/blip-stage.mjs';
import { createHoldfast, tunnelName } from '../support/holdfast-contender.ts';
import { boundLine, comparisonLine, mean } from '../support/measure.mjs';
import { progress } from '../support/progress.mjs';
import { spreadOverPoll } from '../support/spread.ts';
import { startTalking } from '../support/talking-stream.ts';
import { tellShortfall } from '../support/heard-events.ts';
import { secondsToHeal } from '../support/trial.ts';

/** The loop of autossh finds it after its poll time and two tries of 15 s. */
const GIVE_UP_MS = 700_000;
const ROUNDS = 5;

/** Seconds. */
const BOUNDS = { idle: { worst: 8, mean: 5 }, talking: { worst: 12, mean: 7 } };

const FAULTS = {
  'connection held by the line': (line) => line.freeze(),
  'session of the server stopped': async (line, server) =>
    signalAll(await server.sessionPids(line), 'SIGSTOP'),
};

/** In a row, one death comes so many seconds after the one before. */
const PAUSE = { least: 10, most: 18 };

/** Seconds that each player needs after one death of a line. */
async function die({ fault, use, server, players }, trial) {
  const { line } = players[0].forwards[trial];
  const ours = oursOf(players);
  const mark = ours?.contender.events.length;
  const spoilt = FAULTS[fault](line, server);
  const times = await Promise.all(
    players.map(({ forwards }) =>
      secondsToHeal(forwards[trial], () => spoilt, { giveUpMs: GIVE_UP_MS }),
    ),
  );
  const seconds = times[players.indexOf(ours)] ?? 0;
  if (seconds > BOUNDS[use].worst) {
    const what = `${fault}, ${use}: ${seconds.toFixed(2)} s to bytes`;
    tellShortfall(what, ours.contender.events.slice(mark), tunnelName(ours.forwards[trial]));
  }
  return times;
}

async function dieInRow(scene, streams, trial) {
  const rows = [];
  let open = streams[trial];
  for (let round = 1; round <= scene.rounds; round += 1) {
    const fromMs = performance.now();
    rows.push(await die(scene, trial));
    for (const stream of open) stream.end();
    if (round === scene.rounds) break;
    open = await openStreams(scene, trial);
    const pause = PAUSE.least + Math.random() * (PAUSE.most - PAUSE.least);
    await sleep(Math.max(0, fromMs + pause * 1000 - performance.now()));
  }
  return rows;
}

async function openStreams({ use, players }, trial) {
  if (use === 'idle') return [];
  return Promise.all(players.map(({ forwards }) => startTalking(forwards[trial].port)));
}

/** All times of each player, by name. */
function measureDeathsOf({ fault, use, rounds, contenders }) {
  return withStage(contenders, async (players, { server, forwards: { length } }) => {
    progress(`${fault}, ${use}${rounds > 1 ? `, ${rounds} times in a row` : ''}`);
    const scene = { fault, use, rounds, server, players };
    const trials = Array.from({ length: length / players.length }, (_, trial) => trial);
    const streams = await Promise.all(trials.map((trial) => openStreams(scene, trial)));
    const kill = (trial) => dieInRow(scene, streams, trial);
    const rows = await spreadOverPoll(players, kill, { pollsApart: 1 });
    const times = rows.flat();
    return new Map(players.map(({ name }, side) => [name, times.map((row) => row[side])]));
  });
}

function linesOf({ fault, use, rounds }, byPlayer) {
  const stream = use === 'idle' ? 'no stream open' : 'a stream open';
  const name = `${fault}${rounds > 1 ? ', in a row' : ''}, ${stream}: to bytes again`;
  const { worst, mean: most } = BOUNDS[use];
  return [...byPlayer].flatMap(([player, times]) =>
    player === 'holdfast'
      ? [
          boundLine(`${name}, ${times.length} trials, worst`, Math.max(...times), worst, 's'),
          boundLine(`${name}, ${times.length} trials, mean`, mean(times), most, 's'),
        ]
      : [comparisonLine(`${name}, ${player}, mean`, mean(times), 's')],
  );
}

export async function measureDeath({ isLong }) {
  // The loop of autossh takes ten minutes to find out.
  const classics = isLong ? [CLASSICS.alive(), CLASSICS.loop()] : [CLASSICS.alive()];
  const lines = [];
  for (const use of ['idle', 'talking']) {
    for (const fault of Object.keys(FAULTS)) {
      for (const rounds of [1, ROUNDS]) {
        // Who heals in a minute or more cannot take part in a row; and to them both faults are one.
        const isBeside = use === 'idle' && fault === Object.keys(FAULTS)[0] && rounds === 1;
        const scene = { fault, use, rounds };
        const contenders = [createHoldfast(), ...(isBeside ? classics : [])];
        lines.push(...linesOf(scene, await measureDeathsOf({ ...scene, contenders })));
      }
    }
  }
  return lines;
}
