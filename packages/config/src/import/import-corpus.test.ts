import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadTunnels } from '../tunnels/load-tunnels.ts';
import { importTunnels } from './import-tunnels.ts';

/** Files as people post them: what keeps their tunnels up. */
const FOLDER = new URL('corpus/', import.meta.url);

interface Expected {
  /** As command lines, with the name in front. */
  readonly tunnels: readonly string[];
  readonly notes: readonly string[];
}

const expected = JSON.parse(
  readFileSync(new URL('corpus.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, Expected>>;

const LETTERS = { local: '-L', remote: '-R', socks: '-D' };

function read(name: string): Expected {
  const text = readFileSync(new URL(encodeURIComponent(name), FOLDER), 'utf8');
  const imported = importTunnels({ text, file: name });
  if ('wrong' in imported) return { tunnels: [], notes: [imported.wrong] };
  const { tunnels, errors } = loadTunnels({ text: imported.toml, file: name });
  expect(errors).toBeUndefined();
  return {
    tunnels: tunnels!.map(({ name: own, host, forwards, options, enabled }) => {
      const words = forwards.flatMap(({ kind, text: forward }) => [LETTERS[kind], forward]);
      return [`${own}:`, ...words, ...options, host, ...(enabled ? [] : ['(off)'])].join(' ');
    }),
    notes: imported.notes,
  };
}

describe('what people really have', () => {
  const names = readdirSync(FOLDER).toSorted();

  it('is all expected to be something', () => {
    expect(Object.keys(expected).toSorted()).toEqual(names);
  });

  it.each(names)('%s', (name) => {
    expect(read(name)).toEqual(expected[name]);
  });

  it.each(names)('%s: no line with a tunnel in it is dropped in silence', (name) => {
    const lines = readFileSync(new URL(encodeURIComponent(name), FOLDER), 'utf8').split(/\r?\n/);
    const { tunnels, notes } = read(name);
    const told = [...tunnels, ...notes].join('\n');
    for (const [index, line] of lines.entries()) {
      const forwards = /^\s*#/.test(line) ? [] : (line.match(/\b\d+:[\w.-]+:\d+\b/g) ?? []);
      const missing = forwards.filter((forward) => !told.includes(forward));
      const isTold =
        missing.length === 0 || notes.some((note) => note.includes(`line ${index + 1}`));
      expect(isTold, line).toBe(true);
    }
  });
});
