// Waits until a tunnel is healthy, reads what happens as an async iterator, and leaves no ssh behind: `await using`.
//
//     npx esbuild 003-await-ready.ts --target=node20 --format=esm --outfile=003-await-ready.mjs
//     node 003-await-ready.mjs bastion
//
// Node 24 knows `await using` by itself; for older ones TypeScript or esbuild writes it out.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFleet } from '@holdfast/engine';

const [host = 'bastion', ...options] = process.argv.slice(2);
const program = new AbortController();
process.once('SIGINT', () => program.abort());

await using fleet = createFleet({
  tunnels: [{ name: 'db', host, options, pollMs: 1000 }],
  runtimeDir: join(tmpdir(), `holdfast-example-${process.pid}`),
  signal: program.signal,
});
fleet.start(['db']);

// Rejects with a FleetError if the tunnel has failed for good, and with the signal's reason after 30 s.
await fleet.ready({ signal: AbortSignal.any([program.signal, AbortSignal.timeout(30_000)]) });
console.log('ready');

for await (const { sentence, fact } of fleet.events({ signal: program.signal })) {
  console.log(sentence);
  if (fact.type === 'probe.answered') break;
}
// When this block is left, the fleet is closed, and its ssh has ended.
