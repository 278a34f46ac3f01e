// How long the loop of a process with 500 tunnels is blocked at a stretch while all their ssh die at once and are started again. The fleet
// runs in this very process, since only the inside of a process knows how its loop turns; the ssh are killed by another.
import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { createFleet } from '@holdfast/engine';
import { createChildRecord, createEventLog } from '@holdfast/engine/parts';
import { median, ratioLine, timeOfNode } from './support/measure.mjs';
import { progress } from './support/progress.mjs';

const TUNNELS = 500;
const ROUNDS = 3;
const RESOLUTION_MS = 1;
const LOOK_AGAIN_MS = 100;
const GIVE_UP_MS = 240_000;
/** What the starts before leave behind in the heap is collected by then. */
const SETTLE_MS = 3000;

/** Logs in at once, and stays. */
const STAND_IN = `#!/bin/sh
while [ $# -gt 0 ]; do
  case "$1" in -S) : > "$2" ;; esac
  shift
done
exec sleep 600
`;

function spec(index) {
  return { name: `t${index}`, host: `host-${index}.example`, heartbeat: 'none' };
}

/** The pid of each ssh that is up, by tunnel: kept from the facts, since to ask for the status of all would take time of the loop. */
function watchPids(fleet) {
  const pids = new Map();
  fleet.event$.subscribe(({ tunnel, fact }) => {
    if (fact.type === 'tunnel.proved') pids.set(tunnel, fact.pid);
    if (fact.type === 'child.ended') pids.delete(tunnel);
  });
  return pids;
}

async function waitForAll(pids) {
  const giveUpAtMs = performance.now() + GIVE_UP_MS;
  while (pids.size < TUNNELS) {
    if (performance.now() > giveUpAtMs) throw new Error('the tunnels do not come up');
    await sleep(LOOK_AGAIN_MS);
  }
}

/** The longest stretch, in milliseconds, from the deaths until every tunnel is up again. */
async function measureRound(pids) {
  await sleep(SETTLE_MS);
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  const dying = [...pids.values()].map(String);
  delay.enable();
  await new Promise((resolve) => execFile('kill', ['-KILL', ...dying], resolve));
  await sleep(LOOK_AGAIN_MS);
  await waitForAll(pids);
  delay.disable();
  return delay.max / 1e6 - RESOLUTION_MS;
}

export async function measureLoopBlock() {
  progress(`${TUNNELS} tunnels in this process, and all ssh die at once, ${ROUNDS} times`);
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
  const ssh = join(folder, 'ssh');
  writeFileSync(ssh, STAND_IN);
  chmodSync(ssh, 0o755);
  const tunnels = Array.from({ length: TUNNELS }, (_, index) => spec(index));
  const record = createChildRecord(join(folder, 'children'));
  const fleet = createFleet({ tunnels, runtimeDir: join(folder, 'run'), ssh, record });
  const log = createEventLog(join(folder, 'events.ndjson'));
  fleet.event$.subscribe((event) => log.record(event));
  try {
    const pids = watchPids(fleet);
    fleet.start(tunnels.map(({ name }) => name));
    await waitForAll(pids);
    const longest = [];
    for (let round = 0; round < ROUNDS; round += 1) longest.push(await measureRound(pids));
    const name = `longest block of the loop while ${TUNNELS} ssh die at once, of ${ROUNDS} times`;
    return [ratioLine(name, median(longest), timeOfNode(), 2.2, 'node -e 0')];
  } finally {
    await fleet.close();
    log.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
