import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const IMPORT = /^(?:import|export)\s(?!type\s)[^;]*?from\s'([^']+)'/gm;

/** Everything that a file imports when it runs, and what that imports: files, and names of packages. */
function importsOf(file: URL, known = new Set<string>()): ReadonlySet<string> {
  if (known.has(file.href)) return known;
  known.add(file.href);
  for (const [, name = ''] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
    if (name.startsWith('.')) importsOf(new URL(name, file), known);
    else known.add(name);
  }
  return known;
}

test('what plays needs no part of Node, and nothing of the engine', () => {
  const imports = importsOf(new URL('./index.ts', import.meta.url));
  const packages = [...imports].filter((name) => !name.startsWith('file:'));
  expect(packages.toSorted()).toEqual([
    '@holdfast/chart',
    '@holdfast/machines',
    '@holdfast/text',
    'xstate',
    'zod',
  ]);
  expect(imports.size).toBeGreaterThan(12);
});
