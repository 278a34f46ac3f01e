import { readFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { renderConfigPage } from './config-page.ts';
import { type JsonSchema, tunnelsJsonSchema } from './json-schema.ts';

const DOCS = new URL('../../../../../docs/', import.meta.url);

async function formatted(text: string, parser: string): Promise<string> {
  return await format(text, { ...(await resolveConfig(new URL('config.md', DOCS))), parser });
}

/** Every key with what says what it means, and the way to it. */
function keysIn(schema: JsonSchema, path: string): [path: string, key: JsonSchema][] {
  const inner = [
    ...[schema.items ?? []].flat(),
    schema.additionalProperties,
    ...(schema.anyOf ?? []),
  ];
  return [
    ...Object.entries(schema.properties ?? {}).flatMap(([name, key]) => [
      [`${path}.${name}`, key] as [string, JsonSchema],
      ...keysIn(key, `${path}.${name}`),
    ]),
    ...inner.flatMap((each) => (typeof each === 'object' ? keysIn(each, path) : [])),
  ];
}

describe('what is written from the schema (if not: node packages/config/scripts/write-docs.mjs)', () => {
  it('docs/config.md is up to date', async () => {
    const written = readFileSync(new URL('config.md', DOCS), 'utf8');
    expect(written).toBe(await formatted(renderConfigPage(), 'markdown'));
  });

  it('docs/tunnels.schema.json is up to date', async () => {
    const written = readFileSync(new URL('tunnels.schema.json', DOCS), 'utf8');
    expect(written).toBe(await formatted(JSON.stringify(tunnelsJsonSchema()), 'json'));
  });

  it('every key has a description, and is on the page', () => {
    const keys = keysIn(tunnelsJsonSchema(), '');
    const page = renderConfigPage();
    expect(keys.length).toBeGreaterThan(20);
    for (const [path, { description }] of keys) {
      expect(description, path).toMatch(/\.$/);
      expect(page).toContain(`${path.slice(path.lastIndexOf('.') + 1)}`);
    }
  });
});
