// From the launch of the command to the exec of ssh, against `node -e 0` in the same run.
import { spawnSync } from 'node:child_process';
import { median, ratioLine, timeOf } from './support/measure.mjs';
import { AUTOSSH } from '../installed/programs.ts';
import { CLASSIC, makeScene } from './support/scene.mjs';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 41);

/** Milliseconds from launch to the moment the stand-in for ssh runs; it writes the time of its own start. */
function launchToExec(scene, command, args) {
  scene.forget();
  const from = process.hrtime.bigint();
  spawnSync(command, args, { env: scene.env, stdio: 'ignore', timeout: 20_000 });
  return Number(scene.waitForStamp() - from) / 1e6;
}

export function measureLaunch() {
  const scene = makeScene({ behaviour: 'stamp and exit 0' });
  const times = { node: [], standIn: [], foreground: [], background: [], classic: [] };
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      times.node.push(timeOf(() => spawnSync(process.execPath, ['-e', '0'], { env: scene.env })));
      times.standIn.push(launchToExec(scene, scene.env.AUTOSSH_PATH, []));
      times.foreground.push(launchToExec(scene, AUTOSSH, ['-M', '0', 'host']));
      times.background.push(launchToExec(scene, AUTOSSH, ['-M', '0', '-f', 'host']));
      if (CLASSIC) times.classic.push(launchToExec(scene, CLASSIC, ['-M', '0', 'host']));
    }
  } finally {
    scene.close();
  }
  const node = median(times.node);
  // The stand-in needs some milliseconds itself before it can tell the time.
  const sinceExec = (list) => median(list) - median(times.standIn);
  return [
    ratioLine('launch to exec of ssh', sinceExec(times.foreground), node, 1.7, 'node -e 0'),
    ratioLine('launch to exec of ssh, -f', sinceExec(times.background), node, 3.2, 'node -e 0'),
    ...(CLASSIC
      ? [
          ratioLine(
            'launch of the classic autossh',
            sinceExec(times.classic),
            node,
            null,
            'node -e 0',
          ),
        ]
      : []),
  ];
}
