// The network of this machine changes under a tunnel with a stream: the address that its connection has goes away, and another is there
// (a roam); then changes that are none of its business, an address more and another default route.
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { FACTS, withStage } from '../support/blip-stage.mjs';
import { createHoldfast, tunnelName } from '../support/holdfast-contender.ts';
import { boundLine, comparisonLine, floorLine, mean } from '../support/measure.mjs';
import { progress } from '../support/progress.mjs';
import { POLL_SECONDS } from '../support/spread.ts';
import { startTalking } from '../support/talking-stream.ts';
import { countFacts, tellShortfall } from '../support/heard-events.ts';
import { secondsToHeal } from '../support/trial.ts';

const run = promisify(execFile);
const ip = (...words) => run('ip', words);

const ROUNDS = Number(process.env.BENCH_BLIPS ?? 10);
const SWITCHED_WITHIN_SECONDS = 2;
/** A change was looked at, and the tunnel asked, by then. */
const HEEDED_MS = 8000;
/** A default route that no packet takes, as long as there is another. */
const LAST_METRIC = '32000';

const poll = () => sleep((1 + Math.random()) * POLL_SECONDS * 1000);

/** Puts one address in the place of another, time and again; what each took. */
async function roam({ contender, forwards: [forward] }, { device, address, spareAddress, prefix }) {
  // Otherwise the second address of a network goes with the first.
  await writeFile(`/proc/sys/net/ipv4/conf/${device}/promote_secondaries`, '1');
  const results = [];
  let [present, next] = [address, spareAddress];
  for (let round = 0; round < ROUNDS; round += 1) {
    const stream = await startTalking(forward.port);
    await poll();
    const mark = contender.events.length;
    const fromMs = Date.now();
    const seconds = await secondsToHeal(forward, async () => {
      await ip('address', 'add', `${next}/${prefix}`, 'dev', device);
      await ip('address', 'delete', `${present}/${prefix}`, 'dev', device);
    });
    stream.end();
    const events = contender.events.slice(mark);
    const first = events.find(({ fact }) => FACTS.switched.test(fact.type));
    const switched = first === undefined ? Infinity : (Date.parse(first.at) - fromMs) / 1000;
    results.push({ seconds, switched });
    if (!(switched <= SWITCHED_WITHIN_SECONDS)) {
      tellShortfall(`own address gone: switched after ${switched} s`, events, tunnelName(forward));
    }
    [present, next] = [next, present];
  }
  return { results, spare: next };
}

/** Changes that concern nobody; whether the stream was kept. */
async function change({ contender, forwards: [forward] }, { device, prefix }, spare, inner) {
  const changes = [
    ['address', 'dev', device, `${spare}/${prefix}`],
    ['route', 'default', 'via', inner, 'dev', device, 'metric', LAST_METRIC],
  ];
  const mark = contender.events.length;
  const stream = await startTalking(forward.port);
  await poll();
  for (const [kind, ...words] of changes) {
    for (const order of ['add', 'delete']) {
      await ip(kind, order, ...words);
      await sleep(HEEDED_MS);
    }
  }
  const heardAtMs = await stream.heardAfter(performance.now(), HEEDED_MS);
  const isKept = heardAtMs !== undefined && stream.isKept();
  stream.end();
  const events = contender.events.slice(mark);
  if (!isKept) tellShortfall('a change elsewhere', events, tunnelName(forward));
  return { isKept, looks: countFacts(events, /^network\.changed$/) };
}

export function measureNetwork() {
  const play = async ([player], { server }) => {
    const { outside, address } = server.sshd.namespace;
    progress(`the own address goes away, ${ROUNDS} times`);
    const { results, spare } = await roam(player, outside);
    progress('an address more, and another default route');
    const { isKept, looks } = await change(player, outside, spare, address);
    const switches = results.map(({ switched }) => switched);
    const heals = results.map(({ seconds }) => seconds);
    const name = `own address gone, a stream open, ${ROUNDS} trials`;
    return [
      boundLine(
        `${name}: to the switch, worst`,
        Math.max(...switches),
        SWITCHED_WITHIN_SECONDS,
        's',
      ),
      comparisonLine(`${name}: to bytes again, mean`, mean(heals), 's'),
      floorLine('an address and a route more and less: streams kept', isKept ? 100 : 0, 100, '%'),
      comparisonLine('an address and a route more and less: changes that were seen', looks, ''),
    ];
  };
  return withStage([createHoldfast()], play, { trials: 1 });
}
