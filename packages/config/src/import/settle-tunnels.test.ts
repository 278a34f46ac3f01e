import { parseForward } from '@holdfast/engine/forward';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NAME } from '../tunnels/schema/names.ts';
import { createNamer } from './settle-tunnels.ts';

/** A tunnel to a host, with a SOCKS forward if there is a port. */
function tunnel(host: string, port?: number) {
  const reading = parseForward('socks', String(port));
  return { host, forwards: 'value' in reading ? [reading.value] : [] };
}

describe('the name of a tunnel', () => {
  it.each([
    ['bastion', 'bastion'],
    ['me@bastion.example.org', 'bastion'],
    ['ssh://me@bastion.example.org:2222', 'bastion'],
    ['10.0.0.1', '10-0-0-1'],
    ['ssh://[::1]:22', '1'],
    ['%i', 'i'],
    ['__proto__', 'proto'],
    ['ü', 'tunnel'],
    ['x'.repeat(100), 'x'.repeat(48)],
  ])('for %s is %s', (host, expected) => {
    expect(createNamer()(tunnel(host, 80))).toBe(expected);
  });

  it('gets the port of the first forward, or a number, where it is taken', () => {
    const name = createNamer();
    const tunnels = [
      tunnel('h', 80),
      tunnel('me@h', 80),
      tunnel('h', 80),
      tunnel('h'),
      tunnel('h-80-2'),
    ];
    expect(tunnels.map(name)).toEqual(['h', 'h-80', 'h-80-2', 'h-2', 'h-80-2-2']);
  });

  it('is always one that a tunnels file takes, and never given twice', () => {
    const host = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('h', 'h-2', 'h-80'));
    const port = fc.option(fc.constantFrom(2, 80), { nil: undefined });
    fc.assert(
      fc.property(fc.array(fc.tuple(host, port), { maxLength: 20 }), (pairs) => {
        const name = createNamer();
        const names = pairs.map((pair) => name(tunnel(...pair)));
        for (const each of names) expect(each).toMatch(NAME);
        expect(new Set(names).size).toBe(names.length);
      }),
    );
  });
});
