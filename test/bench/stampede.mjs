// Many tunnels to one sshd that takes few at a time (MaxStartups 10:30:100). It is restarted after 10 s away: how long until all carry
// bytes again, and how many connections did that take? The classic autossh for comparison, in a run of its own; it starts
// ssh again 2, 10 and 28 s after it lost it, so that some of its 40 are in time for the return and some are not, by luck.
import { setTimeout as sleep } from 'node:timers/promises';
import { chosen } from './support/chosen-contenders.mjs';
import { createClassic } from './support/classic-contender.ts';
import { createHoldfast } from './support/holdfast-contender.ts';
import { boundLine, comparisonLine, ratioLine } from './support/measure.mjs';
import { progress } from './support/progress.mjs';
import { timesToBytes, withPlayers, withTrial } from './support/trial.ts';

const AWAY_MS = 10_000;
const SETTLE_MS = 3000;
const GIVE_UP_MS = 240_000;
const FEW = 40;
const MANY = 100;

const SETTINGS = { lines: 1, extraConfig: ['MaxStartups 10:30:100'] };

/** Restarts the server; seconds until all are back, and the connections that it saw since its return. */
async function restartServer({ server, forwards }) {
  const [line] = server.lines;
  await server.refuse();
  await sleep(AWAY_MS);
  const { accepted } = await line.count();
  const fromMs = performance.now();
  await server.acceptAgain();
  const times = await timesToBytes(forwards, fromMs, { everyMs: 50, giveUpMs: GIVE_UP_MS });
  const connections = (await line.count()).accepted - accepted;
  return { seconds: Math.max(...times) / 1000, connections };
}

function stampede(contender, tunnels) {
  progress(`${tunnels} tunnels of ${contender.name}`);
  return withTrial({ ...SETTINGS, forwards: tunnels }, (trial) =>
    withPlayers([contender], trial, async ([{ startMs }]) => {
      progress(`all carried bytes after ${(startMs / 1000).toFixed(1)} s; the server is restarted`);
      await sleep(SETTLE_MS);
      return { startSeconds: startMs / 1000, ...(await restartServer(trial)) };
    }),
  );
}

async function measureOurs(contender) {
  const few = await stampede(contender, FEW);
  const many = await stampede(contender, MANY);
  const name = (tunnels) => `server restarted under ${tunnels} tunnels (MaxStartups 10:30:100)`;
  // Against their first start, when no wait of theirs was in the way.
  const toBytes = (tunnels, { seconds, startSeconds }, most) =>
    ratioLine(
      `${name(tunnels)}, to bytes of all`,
      seconds,
      startSeconds,
      most,
      'their first start',
      's',
    );
  return [
    toBytes(FEW, few, 2.5),
    boundLine(`${name(FEW)}, connections it saw`, few.connections, 59, 'connections'),
    toBytes(MANY, many, 1.5),
    comparisonLine(`${name(MANY)}, connections it saw`, many.connections, 'connections'),
  ];
}

async function measureClassic(contender) {
  const { seconds, connections } = await stampede(contender, FEW);
  const name = `server restarted under ${FEW} autossh`;
  return [
    comparisonLine(`${name}, to bytes of all`, seconds, 's'),
    comparisonLine(`${name}, connections it saw`, connections, 'connections'),
  ];
}

export async function measureStampede() {
  const lines = [];
  for (const contender of chosen([createHoldfast(), createClassic({ kind: 'server-alive' })])) {
    const measure = contender.name === 'holdfast' ? measureOurs : measureClassic;
    lines.push(...(await measure(contender)));
  }
  return lines;
}
