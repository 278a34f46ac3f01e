import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { renderReference } from '../reference/reference.mjs';
import { LIBRARIES } from '../library/packed-libraries.ts';

/** A package.json, as far as it matters here: what is no source, such as a file of a page, has no names. */
interface Exporting {
  readonly exports: Readonly<Record<string, { readonly source?: string }>>;
}

let made: Awaited<ReturnType<typeof renderReference>>;

beforeAll(async () => {
  made = await renderReference();
});

describe('the API reference', () => {
  test('finds a comment at every public name, and an end for every link', () => {
    expect(made.problems).toEqual([]);
  });

  test('has a page for every name that can be imported', () => {
    const names = Object.entries(LIBRARIES).flatMap(([library, folder]) => {
      const file = new URL(`../../${folder}/package.json`, import.meta.url);
      const { exports } = JSON.parse(readFileSync(file, 'utf8')) as Exporting;
      const paths = Object.keys(exports).filter((path) => exports[path]?.source !== undefined);
      return paths.map((path) => `${library}${path.slice(1)}.md`);
    });
    expect([...made.pages.keys()]).toEqual(expect.arrayContaining(names));
    expect(made.pages.size).toBe(names.length + 1);
  });
});
