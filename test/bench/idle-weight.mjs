// What an idle autossh weighs and burns: memory against a bare Node process that waits, and the CPU time of an idle minute.
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { median, ratioLine, timeOfNode } from './support/measure.mjs';
import { cpuSeconds, pss } from './support/process-weight.mjs';
import { AUTOSSH } from '../installed/programs.ts';
import { CLASSIC, makeScene } from './support/scene.mjs';

const ROUNDS = Number(process.env.BENCH_MEMORY_ROUNDS ?? 5);
/** Longer than V8 takes to give back what starting cost. */
const SETTLE_MS = 15_000;
const IDLE_SECONDS = Number(process.env.BENCH_IDLE_SECONDS ?? 60);
/** Of `node -e 0`: about a tenth of a percent of one core. */
const MOST_STARTS_A_SECOND = 1 / 24;
const loop = ['-M', '29400', 'host'];

async function withProcess(command, args, env, use) {
  const child = spawn(command, args, { env, stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  await sleep(SETTLE_MS);
  try {
    return await use(child.pid);
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
}

export async function measureMemory() {
  const scene = makeScene({ behaviour: 'run until killed' });
  const weights = { node: [], autossh: [], classic: [] };
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      weights.node.push(
        await withProcess(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], scene.env, pss),
      );
      weights.autossh.push(await withProcess(AUTOSSH, loop, scene.env, pss));
      if (CLASSIC) weights.classic.push(await withProcess(CLASSIC, loop, scene.env, pss));
    }
  } finally {
    scene.close();
  }
  const node = median(weights.node);
  return [
    ratioLine('memory of an idle autossh', median(weights.autossh), node, 1.3, 'a bare node', 'kB'),
    ...(CLASSIC
      ? [
          ratioLine(
            'memory of the classic autossh',
            median(weights.classic),
            node,
            null,
            'a bare node',
            'kB',
          ),
        ]
      : []),
  ];
}

export async function measureIdleCpu() {
  const scene = makeScene({ behaviour: 'relay the loop', env: { AUTOSSH_POLL: '10' } });
  try {
    const burnt = await withProcess(AUTOSSH, loop, scene.env, async (pid) => {
      const from = cpuSeconds(pid);
      await sleep(IDLE_SECONDS * 1000);
      return cpuSeconds(pid) - from;
    });
    if (scene.stamps().length !== 1) throw new Error('the heartbeat of the stand-in failed');
    return [
      ratioLine(
        `CPU of an idle autossh, AUTOSSH_POLL=10, for ${IDLE_SECONDS} s`,
        1000 * burnt,
        timeOfNode(),
        MOST_STARTS_A_SECOND * IDLE_SECONDS,
        'node -e 0',
      ),
    ];
  } finally {
    scene.close();
  }
}
