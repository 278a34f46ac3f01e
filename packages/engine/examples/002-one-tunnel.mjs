// One tunnel that stays up, and all that happens to it. Ends with Ctrl-C.
//
//     node 002-one-tunnel.mjs bastion
//
// What works with plain `ssh bastion` works here. More of ssh's own options can follow: -i ~/.ssh/key
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFleet } from '@holdfast/engine';

const [host = 'bastion', ...options] = process.argv.slice(2);

const fleet = createFleet({
  tunnels: [{ name: 'first', host, options }],
  // Where ssh's control sockets go: a folder of your program's own.
  runtimeDir: join(tmpdir(), `holdfast-example-${process.pid}`),
});
fleet.event$.subscribe(({ at, level, sentence }) => console.log(at, level, sentence));
fleet.start(['first']);

process.once('SIGINT', () => void fleet.close());
