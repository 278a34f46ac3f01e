// From silence on a connection to bytes again. Each of 20 tunnels has a line of its own; what is open on it freezes, at another moment
// between two probes for each tunnel, and new connections pass. Then the classic autossh with its loop, at the poll time that costs
// as many bytes on the wire as ours.
import { setTimeout as sleep } from 'node:timers/promises';
import { chosen } from './support/chosen-contenders.mjs';
import { createClassic } from './support/classic-contender.ts';
import { createHoldfast } from './support/holdfast-contender.ts';
import { boundLine, comparisonLine, floorLine, mean } from './support/measure.mjs';
import { progress } from './support/progress.mjs';
import { POLL_SECONDS, spreadOverPoll } from './support/spread.ts';
import { secondsToHeal, withPlayers, withTrial } from './support/trial.ts';

const TRIALS = Number(process.env.BENCH_FREEZES ?? 20);
const IDLE_SECONDS = Number(process.env.BENCH_WIRE_SECONDS ?? 60);
/** While the bytes of a probe are counted. */
const CLASSIC_POLL_SECONDS = 10;
/** If there is nothing of ours to compare with. */
const CLASSIC_ALONE_POLL_SECONDS = 20;

/** Seconds from the freeze of a trial to bytes again, for all trials. */
function freezeAll(player, pollSeconds) {
  const freeze = (trial) => {
    const forward = player.forwards[trial];
    return secondsToHeal(forward, () => forward.line.freeze(), { giveUpMs: 240_000 });
  };
  return spreadOverPoll([player], freeze, { pollSeconds });
}

async function bytesOf(forwards) {
  const counts = await Promise.all(forwards.map(({ line }) => line.count()));
  return counts.reduce((sum, { bytesUp, bytesDown }) => sum + bytesUp + bytesDown, 0);
}

/** Bytes a second of one idle tunnel of each player. */
async function measureWire(players) {
  progress(`counting the bytes of idle tunnels for ${IDLE_SECONDS} s`);
  await sleep(POLL_SECONDS * 1000);
  const before = await Promise.all(players.map(({ forwards }) => bytesOf(forwards)));
  await sleep(IDLE_SECONDS * 1000);
  const after = await Promise.all(players.map(({ forwards }) => bytesOf(forwards)));
  const rates = players.map((_, side) => (after[side] - before[side]) / TRIALS / IDLE_SECONDS);
  return new Map(players.map(({ name }, side) => [name, rates[side]]));
}

async function measureBoth(players) {
  const wire = await measureWire(players);
  const ours = players.find(({ name }) => name === 'holdfast');
  if (ours !== undefined) progress(`freezing ${TRIALS} tunnels of holdfast`);
  return { wire, ours: ours && (await freezeAll(ours)) };
}

function measureClassic(pollSeconds) {
  progress(`freezing ${TRIALS} tunnels of autossh, AUTOSSH_POLL=${pollSeconds}`);
  const contenders = [createClassic({ kind: 'loop', pollSeconds })];
  return withTrial({ forwards: TRIALS }, (trial) =>
    withPlayers(contenders, trial, ([player]) => freezeAll(player, pollSeconds)),
  );
}

function ourLines(times, wire) {
  const name = `silent freeze to bytes again, ${TRIALS} trials`;
  // Seconds of the protocol: the poll time, two probes, and a new login.
  return [
    boundLine(`${name}, worst`, Math.max(...times), 11, 's'),
    boundLine(`${name}, mean`, mean(times), 8, 's'),
    comparisonLine('bytes on the wire for a probe', wire * POLL_SECONDS, 'bytes'),
  ];
}

function classicLines(times, wire, pollSeconds) {
  const name = `autossh -M, AUTOSSH_POLL=${pollSeconds}: silent freeze to bytes again`;
  return [
    comparisonLine('bytes on the wire for a probe of autossh', wire, 'bytes'),
    comparisonLine(`${name}, worst`, Math.max(...times), 's'),
    comparisonLine(`${name}, mean`, mean(times), 's'),
  ];
}

export async function measureFreeze() {
  const loop = createClassic({ kind: 'loop', pollSeconds: CLASSIC_POLL_SECONDS });
  const contenders = chosen([createHoldfast(), loop]);
  const { ours, wire } = await withTrial({ forwards: TRIALS * contenders.length }, (trial) =>
    withPlayers(contenders, trial, measureBoth),
  );
  const lines = ours === undefined ? [] : ourLines(ours, wire.get('holdfast'));
  if (!wire.has('autossh')) return lines;

  const perProbe = wire.get('autossh') * CLASSIC_POLL_SECONDS;
  const pollSeconds =
    ours === undefined ? CLASSIC_ALONE_POLL_SECONDS : Math.round(perProbe / wire.get('holdfast'));
  const classic = await measureClassic(pollSeconds);
  lines.push(...classicLines(classic, perProbe, pollSeconds));
  if (ours === undefined) return lines;
  const sooner = 'silent freeze at equal bytes on the wire: times sooner than autossh';
  // Mean against mean at their bounds: 8 s, and about 22 s. It was more when a blip of 3 s ended a tunnel.
  return [...lines, floorLine(sooner, mean(classic) / mean(ours), 2.6, 'x')];
}
