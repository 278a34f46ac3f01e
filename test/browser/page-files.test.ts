import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PAGE_FOLDER } from '../installed/programs.ts';

it('is three files, of less than 150 kB in all', () => {
  const names = readdirSync(PAGE_FOLDER).filter((name) => /^(index|page)\.\w+$/.test(name));
  expect(names.toSorted()).toEqual(['index.html', 'page.css', 'page.js']);
  const bytes = names.map((name) => statSync(join(PAGE_FOLDER, name)).size);
  expect(bytes.reduce((sum, size) => sum + size)).toBeLessThan(150_000);
});

it('has no script and no style inside its HTML, and names no other server', () => {
  const html = readFileSync(join(PAGE_FOLDER, 'index.html'), 'utf8');
  expect(html).not.toMatch(/<style|style=|<script(?![^>]*\bsrc=)|\son\w+=|https?:/);
});
