// All benchmarks, one after the other: pnpm bench. With --write the results go to docs/benchmarks.md.
import { writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { fileURLToPath } from 'node:url';
import { measureIdleCpu, measureMemory } from './idle-weight.mjs';
import { measureLaunch } from './launch-time.mjs';
import { measureMachines } from './machine-throughput.mjs';
import { measureRestart } from './restart-time.mjs';
import { bound, describe, result } from './support/measure.mjs';

const PAGE = fileURLToPath(new URL('../../docs/benchmarks.md', import.meta.url));

const BENCHMARKS = [measureLaunch, measureRestart, measureMemory, measureIdleCpu, measureMachines];

function page(lines) {
  const rows = lines.map((line) => `| ${line.name} | ${result(line)} | ${bound(line)} |`);
  return `# Benchmarks

Made by \`pnpm bench --write\` on ${cpus().length} cores (${cpus()[0].model.trim()}), Linux ${release()}, Node ${process.version}.
Medians; what is compared was measured in the same run, in turns. Ratios are what to rely on.

| what | measured | wanted |
| --- | --- | --- |
${rows.join('\n')}

How each is measured is said at the top of its file in [test/bench](../test/bench). The time of a launch ends with the exec of
ssh: the stand-in for ssh writes the time of its own start, and what it needs for that itself is measured and taken off.
`;
}

const lines = [];
for (const benchmark of BENCHMARKS) {
  for (const line of await benchmark()) {
    lines.push(line);
    console.log(`${line.ok ? 'ok    ' : 'MISSED'} ${describe(line)}`);
  }
}
if (process.argv.includes('--write')) writeFileSync(PAGE, page(lines));
process.exitCode = lines.every((line) => line.ok) ? 0 : 1;
