// Every packet of a line is lost for some seconds, with a stream open that talks once a second. Was the stream kept, and when were there
// bytes on it again? TCP itself is beside it twice: as the classic autossh -M 0, which leaves a connection to TCP, and as what the
// system's table of sockets says, as the loss ends, of when this very connection is sent over again.
import { setTimeout as sleep } from 'node:timers/promises';
import { resendMs, whoListensAt } from '../../e2e/support/process-facts.ts';
import { CLASSICS, oursOf, TRIALS, withStage } from '../support/blip-stage.mjs';
import { createHoldfast, localForward, tunnelName } from '../support/holdfast-contender.ts';
import { boundLine, comparisonLine, floorLine, mean, ratioLine } from '../support/measure.mjs';
import { progress } from '../support/progress.mjs';
import { spreadOverPoll } from '../support/spread.ts';
import { startTalking } from '../support/talking-stream.ts';
import { tellShortfall } from '../support/heard-events.ts';

/** Seconds. BENCH_LOSSES names others, such as `4,8`. */
const CHOSEN = process.env.BENCH_LOSSES?.split(',').map(Number);
const SHORT = [2, 4, 8, 12, 30];
const LONG = [60, 120];

/** The longest loss that costs nothing where patience of 60 s decides alone: TCP may be silent for as long again as the loss lasted. */
const LONGEST_ALONE_SECONDS = 30;

/** Where no second login can be had, patience decides alone. */
const UNWITNESSED = 'holdfast without a witness';
const UNWITNESSED_PATIENCE_SECONDS = 60;

const unwitnessed = () =>
  createHoldfast({
    name: UNWITNESSED,
    keysOf: (forward) => ({ ...localForward(forward), challenge: false }),
  });

/** Whoever still has doubts after bytes came again has them resolved by then. */
const AFTERMATH_MS = 10_000;

/** One stream of one player. */
async function openStream({ contender, forwards }, trial) {
  const { port } = forwards[trial];
  const stream = await startTalking(port);
  return { stream, sshPid: whoListensAt(port, contender.processes()) };
}

/** What became of a stream whose line delivers again. */
async function watchReturn({ stream }, resendInMs, endedAtMs, giveUpMs) {
  const heardAtMs = await stream.heardAfter(endedAtMs, giveUpMs);
  await sleep(heardAtMs === undefined ? 0 : AFTERMATH_MS);
  const isKept = heardAtMs !== undefined && stream.isKept();
  stream.end();
  if (!isKept) return { isKept };
  const afterMs = heardAtMs - endedAtMs;
  return { isKept, seconds: afterMs / 1000, lateSeconds: (afterMs - resendInMs) / 1000 };
}

async function lose(server, players, streams, trial, seconds) {
  const { line } = players[0].forwards[trial];
  const mark = oursOf(players)?.contender.events.length;
  await server.lose(line);
  await sleep(seconds * 1000);
  await server.deliver(line);
  // Read when packets pass again: one that TCP sent a moment before was lost as well. Nothing to send again: it is through already.
  const endedAtMs = performance.now();
  const resends = streams.map(({ sshPid }) => (sshPid && resendMs(sshPid, line.port)) ?? 0);
  // A resend that was just missed comes after as long again.
  const giveUpMs = (2 * seconds + 30) * 1000;
  const results = await Promise.all(
    streams.map((stream, side) => watchReturn(stream, resends[side], endedAtMs, giveUpMs)),
  );
  tellWhatFellShort(players, trial, seconds, results, mark);
  return results;
}

function tellWhatFellShort(players, trial, seconds, results, mark) {
  const ours = oursOf(players);
  const { isKept, lateSeconds } = results[players.indexOf(ours)] ?? { isKept: true };
  if (isKept && !(lateSeconds > 1)) return;
  const what = isKept ? `bytes ${lateSeconds.toFixed(2)} s later than TCP's` : 'the stream was cut';
  const events = ours.contender.events.slice(mark);
  tellShortfall(`loss of ${seconds} s: ${what}`, events, tunnelName(ours.forwards[trial]));
}

/** The results of each player, by name. */
function measureLossOf(seconds) {
  const ours = seconds > UNWITNESSED_PATIENCE_SECONDS ? [] : [unwitnessed()];
  const classics = Object.values(CLASSICS).map((create) => create());
  const contenders = [createHoldfast(), ...ours, ...classics];
  return withStage(contenders, async (players, { server }) => {
    progress(`every packet is lost for ${seconds} s, with a stream open`);
    const streams = Array.from({ length: TRIALS }, (_, trial) =>
      Promise.all(players.map((player) => openStream(player, trial))),
    );
    const opened = await Promise.all(streams);
    const results = await spreadOverPoll(players, (trial) =>
      lose(server, players, opened[trial], trial, seconds),
    );
    return new Map(players.map(({ name }, side) => [name, results.map((row) => row[side])]));
  });
}

const kept = (results) => (100 * results.filter(({ isKept }) => isKept).length) / results.length;

function linesOf(seconds, byPlayer) {
  const name = `loss of ${seconds} s`;
  const ours = byPlayer.get('holdfast');
  const lines = [...byPlayer].map(([player, results]) =>
    player === 'holdfast' || (player === UNWITNESSED && seconds <= LONGEST_ALONE_SECONDS)
      ? floorLine(
          `${name}: streams kept, ${player}, ${results.length} trials`,
          kept(results),
          100,
          '%',
        )
      : comparisonLine(`${name}: streams kept, ${player}`, kept(results), '%'),
  );
  const back = ours?.filter(({ isKept }) => isKept) ?? [];
  if (back.length === 0) return lines;
  const late = Math.max(...back.map(({ lateSeconds }) => lateSeconds));
  const times = (list) => mean(list.map((result) => result.seconds));
  lines.push(
    boundLine(`${name}: bytes on it again, later than TCP sends again, worst`, late, 1, 's'),
  );
  const tcp = byPlayer.get('autossh -M 0')?.filter(({ isKept }) => isKept) ?? [];
  if (tcp.length === 0) return lines;
  const again = `${name}: bytes on it again after its end, mean`;
  return [...lines, ratioLine(again, times(back), times(tcp), null, 'autossh -M 0', 's')];
}

export async function measureLoss({ isLong }) {
  const lines = [];
  for (const seconds of CHOSEN ?? (isLong ? [...SHORT, ...LONG] : SHORT)) {
    lines.push(...linesOf(seconds, await measureLossOf(seconds)));
  }
  return lines;
}
