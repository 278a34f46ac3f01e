// The process of a relay: see relay.ts. Its only word is JSON: { host, target: { host, port }, ports }. Orders come over IPC.
import { connect, createServer } from 'node:net';

const { host, target, ports } = JSON.parse(process.argv[2]);

function createLine(port) {
  const pairs = new Set();
  const total = { accepted: 0, bytesUp: 0, bytesDown: 0 };
  let server;

  const accept = (client) => {
    total.accepted += 1;
    const upstream = connect({ ...target, allowHalfOpen: true, noDelay: true });
    const pair = { client, upstream, isFrozen: false };
    pairs.add(pair);
    pump(pair, client, upstream, (bytes) => (total.bytesUp += bytes));
    pump(pair, upstream, client, (bytes) => (total.bytesDown += bytes));
    client.once('close', () => pairs.delete(pair));
  };

  const setFrozen = (isFrozen) => {
    for (const pair of pairs) {
      pair.isFrozen = isFrozen;
      for (const socket of [pair.client, pair.upstream]) {
        if (isFrozen) socket.pause();
        else socket.resume();
      }
    }
  };

  const listen = () =>
    new Promise((resolve, reject) => {
      if (server !== undefined) return resolve();
      server = createServer({ allowHalfOpen: true, noDelay: true }, accept);
      server.once('error', reject).listen(port, host, 511, resolve);
    });

  const cut = () => {
    for (const { client, upstream } of pairs) {
      client.resetAndDestroy();
      upstream.resetAndDestroy();
    }
    pairs.clear();
  };

  return {
    pass: async () => {
      setFrozen(false);
      await listen();
    },
    freeze: () => setFrozen(true),
    cut,
    refuse: () => {
      server?.close();
      server = undefined;
      cut();
    },
    count: () => ({ ...total, serverPorts: [...pairs].map(({ upstream }) => upstream.localPort) }),
  };
}

/** Hands on what comes from one side, its end and its failure included. */
function pump(pair, from, to, count) {
  from.on('data', (bytes) => {
    count(bytes.length);
    if (!to.write(bytes)) from.pause();
  });
  to.on('drain', () => {
    if (!pair.isFrozen) from.resume();
  });
  from.once('end', () => to.end());
  from.once('error', () => to.resetAndDestroy());
  from.once('close', () => {
    if (!pair.isFrozen) to.destroySoon();
  });
}

const lines = ports.map(createLine);

process.on('message', async ({ id, line, order }) => {
  process.send({ id, answer: (await lines[line][order]()) ?? null });
});
process.once('disconnect', () => process.exit());
await Promise.all(lines.map((line) => line.pass()));
process.send({ id: 0, answer: null });
