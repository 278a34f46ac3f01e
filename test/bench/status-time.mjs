// `holdfast status` with 100 tunnels, against `node -e 0` in turns.
import { spawnSync } from 'node:child_process';
import { HOLDFAST } from '../installed/programs.ts';
import { median, ratioLine, timeOf } from './support/measure.mjs';
import { withStandInFleet } from './support/stand-in-fleet.ts';

const TUNNELS = 100;
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 41);

function run(words, env) {
  const { status, stderr } = spawnSync(process.execPath, words, { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${words.join(' ')} ended with ${status}: ${stderr}`);
}

export function measureStatus() {
  return withStandInFleet(TUNNELS, async ({ scene: { environment } }) => {
    const times = { node: [], status: [] };
    for (let round = 0; round < ROUNDS; round += 1) {
      times.node.push(timeOf(() => run(['-e', '0'], environment)));
      times.status.push(timeOf(() => run([HOLDFAST, 'status'], environment)));
    }
    const name = `holdfast status, ${TUNNELS} tunnels`;
    return [ratioLine(name, median(times.status), median(times.node), 2, 'node -e 0')];
  });
}
