import { selectNames, type SelectableTunnel } from '@holdfast/engine/parts';
import { listNames, nearestWord, quoted } from '@holdfast/text';
import { ApiError } from './api-error.ts';

const MOST_NAMED = 8;

/**
 * The names of the tunnels that patterns mean; without a list all, or all that are enabled. An empty list means nobody: whoever works out
 * whom to end, and finds none, does not want to end everybody. Throws an {@link ApiError} for a pattern that means none.
 */
export function selectTunnels(
  patterns: readonly string[] | undefined,
  tunnels: readonly SelectableTunnel[],
  withoutList?: 'all' | 'enabled',
): readonly string[] {
  if (patterns?.length === 0) return [];
  const { names, unmatched } = selectNames(patterns ?? [], tunnels, withoutList);
  if (names !== undefined) return names;
  throw new ApiError('unknown-tunnel', unknownSentence(unmatched, tunnels));
}

/** The one tunnel that a pattern means. */
export function selectTunnel(pattern: string, tunnels: readonly SelectableTunnel[]): string {
  const names = selectTunnels([pattern], tunnels);
  if (names.length === 1) return names[0]!;
  const several = listNames(names, MOST_NAMED);
  const sentence = `${quoted(pattern)} means several tunnels: ${several}; choose one`;
  throw new ApiError('bad-request', sentence);
}

function unknownSentence(pattern: string, tunnels: readonly SelectableTunnel[]): string {
  const [kind, word, candidates] = pattern.startsWith('tag:')
    ? ['tag', pattern.slice(4), tunnels.flatMap(({ tags }) => tags)]
    : ['tunnel', pattern, tunnels.map(({ name }) => name)];
  const known = [...new Set(candidates)];
  const nearest = nearestWord(word, known);
  const advice =
    nearest === undefined ? `known: ${listNames(known, MOST_NAMED)}` : `did you mean ${nearest}?`;
  return `unknown ${kind} ${quoted(word)}: ${advice}`;
}
