import { describe, expect, it } from 'vitest';
import { nameFault } from './names.ts';

describe('names of tunnels', () => {
  it.each(['db', 'DB-2', 'web.example', '1', 'büro', 'a@b', 'x'.repeat(64)])(
    '%j is one',
    (name) => {
      expect(nameFault(name)).toBeUndefined();
    },
  );

  it.each([
    ['', 'is empty'],
    ['-x', 'would be read as an option'],
    ['tag:web', 'would be read as a tag'],
    ['web*', 'would be read as a pattern'],
    ['web?', 'would be read as a pattern'],
    ['[ab]', 'would be read as a pattern'],
    ['{a,b}', 'would be read as a pattern'],
    ['a b', 'has characters that names cannot have'],
    ['a/b', 'has characters that names cannot have'],
    ['..', 'has characters that names cannot have'],
    ['__proto__', 'has characters that names cannot have'],
    ['a\u001b[2J', 'would be read as a pattern'],
    ['x'.repeat(65), 'is too long'],
  ])('%j %s', (name, fault) => {
    expect(nameFault(name)).toBe(fault);
  });
});
