// What a supervisor weighs and burns: its own memory for each tunnel, and the CPU time of 100 idle tunnels. A tiny stand-in takes the place of ssh; what that needs does not count.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { boundLine, comparisonLine, median, ratioLine, timeOfNode } from './support/measure.mjs';
import { cpuSeconds, pss, rss } from './support/process-weight.mjs';
import { progress } from './support/progress.mjs';
import { withStandInFleet } from './support/stand-in-fleet.ts';

const FEW = 100;
const MANY = 500;
/** Longer than V8 takes to give back what starting cost. */
const SETTLE_MS = 20_000;
const SAMPLES = 10;
const IDLE_SECONDS = 30;
const NODE_START_MS = 3000;

async function weigh(pid) {
  await sleep(SETTLE_MS);
  const samples = { rss: [], pss: [] };
  for (let i = 0; i < SAMPLES; i += 1) {
    samples.rss.push(rss(pid));
    samples.pss.push(pss(pid));
    await sleep(1000);
  }
  return { rss: median(samples.rss), pss: median(samples.pss) };
}

/** Milliseconds of CPU time. */
async function measureIdle(pid) {
  const before = cpuSeconds(pid);
  await sleep(IDLE_SECONDS * 1000);
  return 1000 * (cpuSeconds(pid) - before);
}

/** The memory of a Node that does nothing. */
async function weighNode() {
  const env = { PATH: process.env.PATH };
  const node = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], {
    env,
    stdio: 'ignore',
  });
  const ended = once(node, 'exit');
  try {
    await sleep(NODE_START_MS);
    return rss(node.pid);
  } finally {
    node.kill();
    await ended;
  }
}

function measureFew() {
  progress(`${FEW} tunnels over a stand-in for ssh: memory and CPU`);
  return withStandInFleet(FEW, async ({ supervisorPid }) => ({
    ...(await weigh(supervisorPid)),
    idle: await measureIdle(supervisorPid),
  }));
}

function measureMany() {
  progress(`${MANY} tunnels over a stand-in for ssh: memory`);
  return withStandInFleet(MANY, ({ supervisorPid }) => weigh(supervisorPid));
}

export async function measureFleetWeight() {
  const few = await measureFew();
  const many = await measureMany();
  const slope = (size) => (many[size] - few[size]) / (MANY - FEW);
  return [
    boundLine(`memory (RSS) for each tunnel, ${FEW} to ${MANY}`, slope('rss'), 42, 'kB'),
    comparisonLine(`memory (PSS) for each tunnel, ${FEW} to ${MANY}`, slope('pss'), 'kB'),
    ratioLine(
      `memory (RSS) of a supervisor of ${MANY} tunnels`,
      many.rss / 1024,
      (await weighNode()) / 1024,
      1.9,
      'a bare node',
      'MB',
    ),
    ratioLine(
      `CPU of ${FEW} idle tunnels for ${IDLE_SECONDS} s`,
      few.idle,
      timeOfNode(),
      40,
      'node -e 0',
    ),
  ];
}
