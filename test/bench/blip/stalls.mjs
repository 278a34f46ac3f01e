// It is not the line: the supervisor is stopped and continued, the clock on the wall steps, the machine is busy with eight loops. Nothing may
// be ended for that, in ten times ten tunnels each.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { createFakedClock, fakedClockAvailable } from '../../e2e/support/faked-clock.ts';
import { FACTS, TRIALS, withStage } from '../support/blip-stage.mjs';
import { createHoldfast, tunnelName } from '../support/holdfast-contender.ts';
import { boundLine } from '../support/measure.mjs';
import { progress } from '../support/progress.mjs';
import { POLL_SECONDS } from '../support/spread.ts';
import { countFacts, tellShortfall } from '../support/heard-events.ts';

const ROUNDS = 10;
const STOPS_SECONDS = [3, 8, 20];
const STEPS_SECONDS = [3600, -3600, 86_400, -30, 5];
const LOOPS = 8;
/** Every tunnel has been asked meanwhile. */
const ASKED_MS = (POLL_SECONDS + 2) * 1000;

const nth = (list, round) => list[round % list.length];

async function stopSupervisor({ scene }) {
  const { pid } = await scene.hello();
  for (let round = 0; round < ROUNDS; round += 1) {
    process.kill(pid, 'SIGSTOP');
    await sleep(nth(STOPS_SECONDS, round) * 1000);
    process.kill(pid, 'SIGCONT');
    await sleep(ASKED_MS);
  }
}

const stepClock = (clock) => async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    clock.set(nth(STEPS_SECONDS, round));
    await sleep(ASKED_MS);
  }
};

async function beBusy() {
  const loops = Array.from({ length: LOOPS }, () =>
    spawn('sh', ['-c', 'while :; do :; done'], { stdio: 'ignore' }),
  );
  await sleep(ROUNDS * ASKED_MS);
  const ends = loops.map((loop) => once(loop, 'exit'));
  for (const loop of loops) loop.kill('SIGKILL');
  await Promise.all(ends);
}

/** How many ssh were ended or replaced meanwhile; each was in vain. */
function measureStall(what, stall, environment = {}) {
  return withStage([createHoldfast({ environment })], async ([{ contender, forwards }]) => {
    progress(`${what}, ${ROUNDS} times`);
    const mark = contender.events.length;
    await stall(contender);
    const events = contender.events.slice(mark);
    const switches = countFacts(events, FACTS.switched) + countFacts(events, FACTS.ended);
    for (const name of switches > 0 ? forwards.map(tunnelName) : []) {
      tellShortfall(what, events, name);
    }
    const trials = ROUNDS * TRIALS;
    return boundLine(`${what}: ssh ended or switched, ${trials} trials`, switches, 0, 'times');
  });
}

export async function measureStalls() {
  const lines = [await measureStall('supervisor stopped and continued', stopSupervisor)];
  if (fakedClockAvailable() === undefined) {
    const clock = createFakedClock();
    lines.push(await measureStall('clock stepped', stepClock(clock), clock.environment));
  }
  lines.push(await measureStall(`${LOOPS} busy loops`, beBusy));
  return lines;
}
