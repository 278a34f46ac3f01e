import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RuleSetError, type RuleSetErrorCode } from '@holdfast/machines';
import { FleetError, type FleetErrorCode } from '@holdfast/engine';
import { describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const PAGES = [
  'docs/library.md',
  'machines/README.md',
  'packages/engine/README.md',
  'packages/engine/examples/README.md',
];

function read(page: string): string {
  return readFileSync(join(ROOT, page), 'utf8');
}

/** The anchors of the headings of a page, as they are made of their words. */
function anchorsOf(page: string): readonly string[] {
  const headings = [...readFileSync(page, 'utf8').matchAll(/^#+ (.+)$/gm)];
  return headings.map(([, words]) => words!.toLowerCase().replaceAll(/[^\w -]/g, '').replaceAll(' ', '-')); // prettier-ignore
}

function isDead(page: string, link: string): boolean {
  const [path, anchor] = link.split('#');
  const file = path === '' ? join(ROOT, page) : join(ROOT, dirname(page), path!);
  if (!existsSync(file)) return true;
  return anchor !== undefined && !anchorsOf(file).includes(anchor);
}

describe('the guide for programs', () => {
  test.each(PAGES)('%s has no dead link', (page) => {
    const prose = read(page).replaceAll(/^```.*?^```/gms, '');
    const links = [...prose.matchAll(/\]\((?!https?:)([^)]+)\)/g)].map(([, link]) => link!);
    expect(links.length).toBeGreaterThan(2);
    expect(links.filter((link) => isDead(page, link))).toEqual([]);
  });

  test('names every code of an error, and no other', () => {
    const fleet: Readonly<Record<FleetErrorCode, true>> = {
      'unknown-tunnel': true,
      'invalid-tunnel': true,
      'not-connected': true,
      'not-ready': true,
      'forward-failed': true,
      closed: true,
    };
    const rules: Readonly<Record<RuleSetErrorCode, true>> = {
      'unknown-rule-set': true,
      'invalid-rule-set': true,
    };
    const [, table] = read('docs/library.md').split('## Errors');
    const cells = [...table!.matchAll(/^\| (?:`\w+`)? *\| `([\w-]+)`/gm)].map(([, code]) => code);
    expect(new Set(cells)).toEqual(new Set([...Object.keys(fleet), ...Object.keys(rules)]));
    expect(table).toContain(FleetError.name);
    expect(table).toContain(RuleSetError.name);
  });
});
