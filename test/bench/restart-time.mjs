// From ssh's exit to the next exec, with no grace time, against the classic autossh in the same run.
import { spawnSync } from 'node:child_process';
import { median, ratioLine } from './support/measure.mjs';
import { AUTOSSH } from '../installed/programs.ts';
import { CLASSIC, makeScene } from './support/scene.mjs';

const ROUNDS = Number(process.env.BENCH_RESTART_ROUNDS ?? 15);

/** Milliseconds between starts of a stand-in that exits at once: its own time, which is the same for both, included. */
function gaps(scene, command) {
  scene.forget();
  spawnSync(command, ['-M', '0', 'host'], { env: scene.env, stdio: 'ignore', timeout: 20_000 });
  const stamps = scene.stamps();
  return stamps.slice(1).map((stamp, i) => Number(stamp - stamps[i]) / 1e6);
}

export function measureRestart() {
  if (!CLASSIC) return [];
  const scene = makeScene({ behaviour: 'exit 255 five times' });
  const times = { ours: [], classic: [] };
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      times.ours.push(...gaps(scene, AUTOSSH));
      times.classic.push(...gaps(scene, CLASSIC));
    }
  } finally {
    scene.close();
  }
  const [ours, classic] = [median(times.ours), median(times.classic)];
  return [ratioLine('restart of ssh, from start to start', ours, classic, 3, 'autossh')];
}
