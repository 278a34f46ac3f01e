// All benchmarks, one after the other: pnpm bench. With --write the results go to docs/benchmarks.md; --only NAME runs one (again for
// more) and leaves the rows of the others; --long adds the scenes that take many minutes. --against REF compares with the programs of another
// commit, in turns, and prints ratios.
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bound, describe, result } from './support/measure.mjs';
import './support/read-typescript.mjs';

const PAGE = fileURLToPath(new URL('../../docs/benchmarks.md', import.meta.url));

/** Loaded when its turn comes: some need parts that others do without. */
const BENCHMARKS = {
  'launch-time': async () => (await import('./launch-time.mjs')).measureLaunch,
  'restart-time': async () => (await import('./restart-time.mjs')).measureRestart,
  'idle-memory': async () => (await import('./idle-weight.mjs')).measureMemory,
  'idle-cpu': async () => (await import('./idle-weight.mjs')).measureIdleCpu,
  machines: async () => (await import('./machine-throughput.mjs')).measureMachines,
  freeze: async () => (await import('./freeze.mjs')).measureFreeze,
  drop: async () => (await import('./drop.mjs')).measureDrop,
  outage: async () => (await import('./outage.mjs')).measureOutage,
  'blip-loss': async () => (await import('./blip.mjs')).measureLoss,
  'blip-death': async () => (await import('./blip.mjs')).measureDeath,
  'blip-remote': async () => (await import('./blip.mjs')).measureRemotePort,
  'blip-upload': async () => (await import('./blip.mjs')).measureUpload,
  'blip-network': async () => (await import('./blip.mjs')).measureNetwork,
  'blip-stalls': async () => (await import('./blip.mjs')).measureStalls,
  'blip-logins': async () => (await import('./blip.mjs')).measureLogins,
  stampede: async () => (await import('./stampede.mjs')).measureStampede,
  'fleet-weight': async () => (await import('./fleet-weight.mjs')).measureFleetWeight,
  'loop-block': async () => (await import('./loop-block.mjs')).measureLoopBlock,
  'inspector-load': async () => (await import('./inspector-load.mjs')).measureInspector,
  'status-time': async () => (await import('./status-time.mjs')).measureStatus,
};

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: Object.keys(BENCHMARKS) },
    long: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    against: { type: 'string' },
  },
});

function rowOf(line) {
  return `| ${line.name} | ${result(line)} | ${bound(line)} |`;
}

/** The new rows in place of the old ones of those names; what was not measured now stays. */
function rowsAmongOld(lines) {
  const old = readFileSync(PAGE, 'utf8')
    .split('\n')
    .filter((row) => /^\| (?!what \||---)/.test(row));
  const isNew = (row) => lines.some(({ name }) => row.startsWith(`| ${name} | `));
  const first = old.findIndex(isNew);
  const place = first === -1 ? old.length : first;
  const stays = (row) => !isNew(row);
  return [...old.slice(0, place), ...lines.map(rowOf), ...old.slice(place).filter(stays)];
}

function page(rows) {
  return `# Benchmarks

Made by \`pnpm bench --long --write\` on ${cpus().length} cores (${cpus()[0].model.trim()}), Linux ${release()}, Node ${process.version}.
Medians; what is compared was measured in the same run, in turns. Ratios are what to rely on. \`pnpm bench --against REF\` gives them
to the programs of another commit.

| what | measured | wanted |
| --- | --- | --- |
${rows.join('\n')}

How each is measured is said at the top of its file in [test/bench](../test/bench). The time of a launch ends with the exec of
ssh: the stand-in for ssh writes the time of its own start, and what it needs for that itself is measured and taken off.
`;
}

async function run(name) {
  if (BENCHMARKS[name] === undefined) {
    throw new Error(`no benchmark ${name}: there are ${Object.keys(BENCHMARKS).join(', ')}`);
  }
  const measure = await BENCHMARKS[name]();
  const lines = await measure({ isLong: options.long });
  if (!options.json)
    for (const line of lines) console.log(`${line.ok ? 'ok    ' : 'MISSED'} ${describe(line)}`);
  return lines;
}

const { default: install } = await import('../installed/install.ts');
const remove = await install();
const lines = [];
try {
  if (options.against !== undefined) {
    const { compareWith } = await import('./support/against.mjs');
    await compareWith(options.against, options.only, options.long);
  } else {
    for (const name of options.only) lines.push(...(await run(name)));
  }
} finally {
  remove?.();
}
const isAll = options.only.length === Object.keys(BENCHMARKS).length;
if (options.write) writeFileSync(PAGE, page(isAll ? lines.map(rowOf) : rowsAmongOld(lines)));
if (options.json) console.log(JSON.stringify(lines));
else process.exitCode = lines.every((line) => line.ok) ? 0 : 1;
