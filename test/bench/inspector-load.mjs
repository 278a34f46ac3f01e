// What the inspector costs the process that serves it: events per second of 100 tunnels that restart all the time, with a recorder as in
// the supervisor; alone, with the page's server open, and while one reader watches. The fleet runs in this very process over an ssh that is
// nothing, so that only the supervisor's own work counts; the reader is another process. Needs the built packages.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createFleet } from '@holdfast/engine';
import { fleetSource, serveInspector } from '@holdfast/inspector';
import { createRecorder } from '@holdfast/recording';
import { AsyncSubject } from 'rxjs';
import { describe, floorLine, median } from './support/measure.mjs';
import { progress } from './support/progress.mjs';

const TUNNELS = 100;
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 9);
/** More than a second's worth: what opening costs once, reading the last answers from the recording, counts along. */
const ROUND_EVENTS = 20_000;
const LOOK_AGAIN_MS = 20;
const READER = fileURLToPath(new URL('support/stream-reader.mjs', import.meta.url));
/** Nobody has it, and nobody is signalled: `signal` below does not. */
const NO_PID = 2 ** 22 + 1;

function spec(index) {
  return { name: `t${index}`, host: `host-${index}.example`, heartbeat: 'none' };
}

/** An ssh that does nothing, and ends when it is told to. */
function launchNothing() {
  const ended$ = new AsyncSubject();
  return {
    pid: NO_PID,
    ended$,
    stderr: null,
    signal(name) {
      if (name !== 'SIGTERM') return;
      ended$.next({ exit: { status: null, signal: name } });
      ended$.complete();
    },
  };
}

/** Every tunnel that has started is restarted at once; counts what is told meanwhile. */
function keepRestarting(fleet) {
  let events = 0;
  let isOver = false;
  fleet.event$.subscribe(({ tunnel, fact }) => {
    events += 1;
    if (fact.type === 'start.succeeded') setImmediate(() => isOver || fleet.restart([tunnel]));
  });
  return { count: () => events, end: () => (isOver = true) };
}

/** Events per second of this process's own CPU time: how much the machine leaves to it says nothing. */
async function measureRate(count) {
  const [from, begin] = [count(), process.cpuUsage()];
  while (count() - from < ROUND_EVENTS) await sleep(LOOK_AGAIN_MS);
  const { user, system } = process.cpuUsage(begin);
  return ((count() - from) * 1e6) / (user + system);
}

async function startReader(url) {
  const reader = fork(READER, [url, '/api/stream?watch=t0']);
  await once(reader, 'message');
  return async () => {
    reader.send('end');
    const [bytes] = await once(reader, 'message');
    return bytes;
  };
}

/** One round of each kind, in turns: what the machine does besides hits all alike. */
async function measureRounds(fleet, count, recording) {
  const rates = { alone: [], open: [], watched: [] };
  const source = fleetSource({ fleet, title: 'a benchmark', version: '0', recording });
  for (let round = 0; round < ROUNDS; round += 1) {
    rates.alone.push(await measureRate(count));
    const server = await serveInspector(source, { files: new Map() });
    rates.open.push(await measureRate(count));
    const endReader = await startReader(server.url);
    rates.watched.push(await measureRate(count));
    if ((await endReader()) < ROUND_EVENTS) throw new Error('the reader was told nothing');
    await server.close();
  }
  return rates;
}

export async function measureInspector() {
  progress(`${TUNNELS} tunnels that restart all the time, watched and not, ${ROUNDS} times`);
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
  const tunnels = Array.from({ length: TUNNELS }, (_, index) => spec(index));
  const path = join(folder, 'recording.ndjson');
  const recorder = createRecorder({ path, program: '0' });
  const fleet = createFleet({
    tunnels,
    runtimeDir: join(folder, 'run'),
    ssh: '/bin/sh',
    launch: launchNothing,
    inspect: recorder.inspect,
  });
  fleet.event$.subscribe((event) => recorder.hear(event));
  const { count, end } = keepRestarting(fleet);
  try {
    fleet.start(tunnels.map(({ name }) => name));
    await measureRate(count);
    const rates = await measureRounds(fleet, count, { path, flush: recorder.flush });
    const alone = median(rates.alone);
    // Each round is compared with the one beside it: a busy machine changes from one second to the next.
    const share = (kind) => 100 * median(rates[kind].map((rate, nth) => rate / rates.alone[nth]));
    const of = `of the event rate (${alone.toFixed(0)} events/s)`;
    return [
      floorLine(`${TUNNELS} tunnels, inspector open, not watched`, share('open'), 95, `% ${of}`),
      floorLine(`${TUNNELS} tunnels, inspector watched`, share('watched'), 85, `% ${of}`),
    ];
  } finally {
    end();
    await fleet.close();
    recorder.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const line of await measureInspector()) console.log(describe(line));
}
