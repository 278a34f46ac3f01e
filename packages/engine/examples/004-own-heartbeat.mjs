// A heartbeat of your own: not only "does ssh carry traffic?", but "is the service behind it well?".
//
//     node 004-own-heartbeat.mjs 8080 bastion
//
// Port 8080 at the far end has to speak HTTP; here it is reached at the same port.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFleet } from '@holdfast/engine';

const [port = '8080', host = 'bastion', ...options] = process.argv.slice(2);

/** @type {import('@holdfast/engine').CustomHeartbeat} */
const heartbeat = {
  // Called for each probe. Two misses in a row, and ssh is started anew; an error that is thrown is a miss, too.
  async probe({ timeoutMs }) {
    const signal = AbortSignal.timeout(timeoutMs);
    const { ok, status } = await fetch(`http://127.0.0.1:${port}/health`, { signal });
    return ok
      ? { type: 'heartbeat.answered' }
      : { type: 'heartbeat.missed', reason: `the service says ${status}` };
  },
};

const fleet = createFleet({
  tunnels: [
    { name: 'api', host, options, local: [`${port}:127.0.0.1:8080`], heartbeat, pollMs: 2000 },
  ],
  runtimeDir: join(tmpdir(), `holdfast-example-${process.pid}`),
});
fleet.event$.subscribe(({ sentence }) => console.log(sentence));
fleet.start(['api']);

process.once('SIGINT', () => void fleet.close());
