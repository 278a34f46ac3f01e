import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { diagram, pictures } from './testing/pictures.ts';

const ROOT = new URL('../../../', import.meta.url);
const PICTURES = new URL('docs/chart/', ROOT);
const made = pictures();

describe('what is made from the machine is up to date (if not: pnpm run docs):', () => {
  test.each([...made.keys()])('docs/chart/%s', (name) => {
    const kept = readFileSync(new URL(name, PICTURES), 'utf8');
    expect(kept === made.get(name)).toBe(true);
    expect(kept.length).toBeLessThan(70_000);
  });

  test('docs/chart holds no other picture', () => {
    expect(readdirSync(PICTURES).toSorted()).toEqual([...made.keys()].toSorted());
  });

  test('the diagram of machines/README.md', () => {
    const readme = readFileSync(new URL('machines/README.md', ROOT), 'utf8');
    const between = /<!-- diagram -->\n\n```mermaid\n(.*)\n```\n\n<!-- \/diagram -->/s;
    expect(between.exec(readme)?.[1]).toBe(diagram());
  });
});
