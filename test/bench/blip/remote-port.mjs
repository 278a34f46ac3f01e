// A tunnel with a -R, whose old session is stopped at the server and holds the port. With `release = true` it is ended from here; without,
// the port is free when the server lets go: here 20 s later, when the old session is killed. From the inside: when are there bytes at the port?
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { signalAll } from '../../e2e/support/child-processes.ts';
import { FACTS, TRIALS, withStage } from '../support/blip-stage.mjs';
import { createHoldfast, localForward, tunnelName } from '../support/holdfast-contender.ts';
import { startInsideProber } from '../support/inside-prober.mjs';
import { boundLine, comparisonLine, mean } from '../support/measure.mjs';
import { progress } from '../support/progress.mjs';
import { spreadOverPoll } from '../support/spread.ts';
import { tellShortfall } from '../support/heard-events.ts';

const LETS_GO_AFTER_MS = 20_000;
const PATIENCE = { tryMs: 500, giveUpMs: 90_000 };

/** The longest wait between two tries for a port that is held, and a login. */
const ONE_TRY_SECONDS = 16;

async function withEchoHere(use) {
  const server = createServer((socket) => socket.on('error', () => undefined).pipe(socket));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  try {
    return await use(server.address().port);
  } finally {
    server.close();
  }
}

/** When the tunnel was switched to another ssh, on the clock of `Date.now()`. */
function switchedAt(events, name) {
  const event = events.find(
    ({ tunnel, fact }) => tunnel === name && FACTS.switched.test(fact.type),
  );
  return event && Date.parse(event.at);
}

async function holdPort({ server, player, prober, release }, trial) {
  const forward = player.forwards[trial];
  const name = tunnelName(forward);
  const mark = player.contender.events.length;
  const fromMs = Date.now();
  const stopped = await server.sessionPids(forward.line);
  signalAll(stopped, 'SIGSTOP');
  const heard = prober.waitForEcho(forward.port, PATIENCE);
  if (!release) await sleep(LETS_GO_AFTER_MS);
  if (!release) signalAll(stopped, 'SIGKILL');
  const atMs = (await heard) === undefined ? Number.POSITIVE_INFINITY : Date.now();
  const events = player.contender.events.slice(mark);
  const switchedAtMs = switchedAt(events, name);
  const countsFromMs = release ? switchedAtMs : fromMs + LETS_GO_AFTER_MS;
  const seconds = (atMs - countsFromMs) / 1000;
  if (!(seconds <= (release ? 2 : ONE_TRY_SECONDS))) {
    tellShortfall(`remote port, release = ${release}: ${seconds} s`, events, name);
  }
  return { seconds, inAll: (atMs - fromMs) / 1000 };
}

function measureHeld(release) {
  return withEchoHere((echoPort) => {
    const keysOf = (forward) => ({
      ...localForward(forward),
      remote: [`${forward.port}:127.0.0.1:${echoPort}`],
      ...(release ? { release } : {}),
    });
    return withStage([createHoldfast({ keysOf })], async ([player], { server }) => {
      const prober = await startInsideProber(server.sshd.namespace.inside);
      try {
        const ports = player.forwards.map(({ port }) => prober.waitForEcho(port, PATIENCE));
        const isThere = await Promise.all(ports);
        if (isThere.includes(undefined)) throw new Error('a remote port never carried bytes');
        progress(`${TRIALS} sessions stop and hold their port, release = ${release}`);
        const scene = { server, player, prober, release };
        const hold = (trial) => holdPort(scene, trial);
        return await spreadOverPoll([player], hold, { pollsApart: 1 });
      } finally {
        await prober.close();
      }
    });
  });
}

export async function measureRemotePort() {
  const lines = [];
  for (const release of [true, false]) {
    const results = await measureHeld(release);
    const name = `-R held by a stopped session${release ? ', release = true' : ''}`;
    const from = release ? 'from the switch' : 'from the end of the old session';
    const worst = Math.max(...results.map(({ seconds }) => seconds));
    const all = mean(results.map(({ inAll }) => inAll));
    lines.push(
      boundLine(`${name}, ${from} to bytes, worst`, worst, release ? 2 : ONE_TRY_SECONDS, 's'),
      comparisonLine(`${name}, from the stop to bytes, mean`, all, 's'),
    );
  }
  return lines;
}
