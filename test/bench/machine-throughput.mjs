// How fast the tunnel machine is: events per second through 1,000 tunnels with real timers, and
// model-based runs per second of the property tests. Needs the built packages.
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createLongClock, tunnelMachine } from '@holdfast/machines';
import { createActor, fromCallback } from 'xstate';
import { describe, median, ratioLine, timeOfNode } from './support/measure.mjs';

const TUNNELS = 1000;
const CYCLES = 5;
const SAMPLES = 5;
const RUNS = 2000;

const root = fileURLToPath(new URL('../..', import.meta.url));

const machine = tunnelMachine.provide({
  actors: {
    sshChild: fromCallback(({ receive }) => receive(() => {})),
    heartbeat: fromCallback(({ receive }) => receive(() => {})),
  },
});

/** One life of an ssh: it is spawned, answers three probes, and loses its connection. */
function createCycle(start) {
  const bornAtMs = start * 100_000;
  return [
    { type: 'child.spawned', pid: 1000 + start, atMs: bornAtMs },
    { type: 'network.changed' },
    { type: 'heartbeat.answered' },
    { type: 'network.changed' },
    { type: 'heartbeat.answered' },
    { type: 'network.changed' },
    { type: 'heartbeat.answered' },
    { type: 'child.exited', status: 255, signal: null, atMs: bornAtMs + 90_000 },
  ];
}

/** Starts the tunnels, plays some cycles to all of them at once, and stops them. */
function measureEvents() {
  const clock = createLongClock(globalThis);
  const input = { gateSeconds: 0, hasHeartbeat: true };
  const tunnels = Array.from({ length: TUNNELS }, () =>
    createActor(machine, { input, clock }).start(),
  );
  let events = 0;
  const begin = performance.now();
  for (let start = 1; start <= CYCLES; start += 1) {
    for (const event of createCycle(start)) {
      for (const tunnel of tunnels) tunnel.send(event);
      events += TUNNELS;
    }
  }
  const seconds = (performance.now() - begin) / 1000;

  for (const tunnel of tunnels) {
    const { value, context } = tunnel.getSnapshot();
    const isRight = context.starts === CYCLES + 1 && value.running?.unproven === 'connecting';
    if (!isRight) throw new Error(`a tunnel went astray: ${JSON.stringify({ value, context })}`);
    tunnel.stop();
  }
  return events / seconds;
}

/** Runs the properties as the tests do, and takes the time that each of them says it took. */
async function measureRuns() {
  const manifest = createRequire(import.meta.url).resolve('vitest/package.json');
  const vitest = join(dirname(manifest), 'vitest.mjs');
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [vitest, 'run', '--project', 'properties', '--reporter', 'json', '--no-file-parallelism'],
    { cwd: root, env: { ...process.env, FC_RUNS: String(RUNS) }, maxBuffer: 2 ** 26 },
  );
  const { testResults } = JSON.parse(stdout);
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  if (!tests.every(({ status }) => status === 'passed'))
    throw new Error('a property does not hold');
  const seconds = tests.reduce((sum, { duration }) => sum + duration, 0) / 1000;
  return (tests.length * RUNS) / seconds;
}

export async function measureMachines() {
  measureEvents();
  const events = Array.from({ length: SAMPLES }, measureEvents);
  const node = timeOfNode();
  // Milliseconds for so many, of a rate a second.
  const time = (count, rate) => (1000 * count) / rate;
  const [many, runs] = [time(1000, median(events)), time(100, await measureRuns())];
  return [
    ratioLine('1,000 events through 1,000 tunnel machines', many, node, 1.8, 'node -e 0'),
    ratioLine('100 model-based runs of the properties', runs, node, 5.5, 'node -e 0'),
  ];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const line of await measureMachines()) {
    console.log(JSON.stringify(line));
    console.log(describe(line));
  }
}
