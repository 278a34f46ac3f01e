import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { specOf } from '../testing/tunnel-specs.ts';
import { withPrerequisites } from './turns/start-places.ts';

type Graph = Readonly<Record<string, readonly string[]>>;

function among(graph: Graph) {
  return (name: string) => {
    const after = graph[name];
    return after === undefined ? undefined : specOf({ name, after });
  };
}

describe('the tunnels that a start needs', () => {
  test.each<[title: string, names: string[], graph: Graph, found: string[]]>([
    ['the tunnel alone', ['a'], { a: [], b: [] }, ['a']],
    ['all that it waits for', ['c'], { a: [], b: ['a'], c: ['b'] }, ['c', 'b', 'a']],
    ['each only once', ['b', 'c'], { a: [], b: ['a'], c: ['a', 'b'] }, ['b', 'a', 'c']],
    ['those of a circle', ['a'], { a: ['b'], b: ['a'] }, ['a', 'b']],
    ['itself, if it waits for itself', ['a'], { a: ['a'] }, ['a']],
    ['nothing for an unknown name', ['x'], { a: [] }, []],
    ['what it waits for without the unknown', ['a'], { a: ['x', 'b'], b: [] }, ['a', 'b']],
  ])('are %s', (_, names, graph, found) => {
    expect(withPrerequisites(names, among(graph))).toEqual(found);
  });

  test('are closed under waiting, whatever waits for whatever', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'd', 'e');
    fc.assert(
      fc.property(fc.dictionary(name, fc.array(name)), fc.array(name), (graph, names) => {
        const found = withPrerequisites(names, among(graph));
        expect(new Set(found).size).toBe(found.length);
        for (const each of [...names, ...found.flatMap((one) => graph[one]!)]) {
          expect(found.includes(each)).toBe(graph[each] !== undefined);
        }
      }),
    );
  });
});
