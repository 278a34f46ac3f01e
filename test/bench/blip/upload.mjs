// A line that is full for a while: an upload through the tunnel as fast as 1 Mbit/s takes it. Megabytes wait in the buffers, so that an
// answer is late by many seconds, and nothing is dead: nothing is to be cut. Everything comes back as an echo, over the other direction,
// which is free: so it is known to be whole.
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { FACTS, withStage } from '../support/blip-stage.mjs';
import { createHoldfast, tunnelName } from '../support/holdfast-contender.ts';
import { boundLine, comparisonLine, floorLine } from '../support/measure.mjs';
import { progress } from '../support/progress.mjs';
import { countFacts, tellShortfall } from '../support/heard-events.ts';

const run = promisify(execFile);

const SECONDS = 60;
const LONG_SECONDS = 800;
const PIECE = Buffer.alloc(64 * 1024, 'x');
/** What waits in the buffers still has to come through. */
const GIVE_UP_MS = 180_000;
const LOOK_AGAIN_MS = 20;

async function limitLine({ device }) {
  const limit = ['rate', '1mbit', 'burst', '8kb', 'limit', '64kb'];
  await run('tc', ['qdisc', 'add', 'dev', device, 'root', 'tbf', ...limit]);
}

/** Uploads for so long; which part of it came back. */
async function upload(port, seconds) {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  await once(socket, 'connect');
  const untilMs = performance.now() + seconds * 1000;
  let [sent, back, isOver] = [0, 0, false];
  socket.on('error', () => undefined).once('close', () => (isOver = true));
  socket.on('data', ({ length }) => (back += length));
  while (!isOver && performance.now() < untilMs) {
    sent += PIECE.length;
    socket.write(PIECE);
    while (!isOver && socket.writableNeedDrain) await sleep(LOOK_AGAIN_MS);
  }
  while (!isOver && back < sent && performance.now() < untilMs + GIVE_UP_MS)
    await sleep(LOOK_AGAIN_MS);
  socket.destroy();
  return { sent, share: back / sent };
}

export function measureUpload({ isLong }) {
  const seconds = isLong ? LONG_SECONDS : SECONDS;
  const play = async ([player], { server }) => {
    const [forward] = player.forwards;
    await limitLine(server.sshd.namespace.outside);
    progress(`an upload for ${seconds} s at 1 Mbit/s`);
    const mark = player.contender.events.length;
    const { sent, share } = await upload(forward.port, seconds);
    const events = player.contender.events.slice(mark);
    const ended = countFacts(events, FACTS.switched) + countFacts(events, FACTS.ended);
    if (ended > 0 || share < 1) tellShortfall(`upload, ${share}`, events, tunnelName(forward));
    const what = `upload of ${seconds} s at 1 Mbit/s`;
    return [
      floorLine(`${what}, share that came through`, 100 * share, 100, '%'),
      boundLine(`${what}, ssh ended or switched`, ended, 0, 'times'),
      comparisonLine(`${what}, second logins`, countFacts(events, FACTS.challenged), 'logins'),
      comparisonLine(`${what}, probes missed`, countFacts(events, /^probe\.missed$/), 'times'),
      comparisonLine(`${what}, bytes`, sent / 1e6, 'MB'),
    ];
  };
  return withStage([createHoldfast()], play, { trials: 1 });
}
