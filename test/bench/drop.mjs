// From the end of the server's session to bytes again, against the classic autossh in turns. Every tunnel runs and loses its
// session once; the server's process for it is killed, its listener stays.
import { setTimeout as sleep } from 'node:timers/promises';
import { signalAll } from '../e2e/support/child-processes.ts';
import { chosen } from './support/chosen-contenders.mjs';
import { createClassic } from './support/classic-contender.ts';
import { createHoldfast } from './support/holdfast-contender.ts';
import { comparisonLine, median, ratioLine } from './support/measure.mjs';
import { timesToBytes, withPlayers, withTrial } from './support/trial.ts';

const TRIALS = Number(process.env.BENCH_DROPS ?? 21);
/** Longer than any tunnel takes from its first bytes to being called healthy. */
const SETTLE_MS = 3000;

async function timeAfterDrop(server, forward) {
  const pids = await server.sessionPids(forward.line);
  if (pids.length === 0) throw new Error(`no session of sshd serves port ${forward.port}`);
  const fromMs = performance.now();
  signalAll(pids, 'SIGKILL');
  const [time] = await timesToBytes([forward], fromMs, { everyMs: 5 });
  return time;
}

async function dropInTurns(server, players) {
  await sleep(SETTLE_MS);
  const times = new Map(players.map(({ name }) => [name, []]));
  for (let trial = 0; trial < TRIALS; trial += 1) {
    for (const { name, forwards } of players) {
      times.get(name).push(await timeAfterDrop(server, forwards[trial]));
    }
  }
  return new Map([...times].map(([name, list]) => [name, median(list)]));
}

function lines(medians) {
  const [ours, classic] = [medians.get('holdfast'), medians.get('autossh')];
  const name = 'session of the server killed, to bytes again';
  if (ours === undefined) return [comparisonLine(`${name}: autossh`, classic, 'ms')];
  if (classic === undefined) return [comparisonLine(name, ours, 'ms')];
  return [ratioLine(name, ours, classic, 1.25, 'autossh')];
}

export function measureDrop() {
  const contenders = chosen([createHoldfast(), createClassic({ kind: 'server-alive' })]);
  return withTrial({ forwards: TRIALS * contenders.length }, async (trial) =>
    lines(await withPlayers(contenders, trial, (players) => dropInTurns(trial.server, players))),
  );
}
