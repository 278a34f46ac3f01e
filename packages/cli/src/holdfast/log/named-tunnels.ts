import type { Environment } from '../body.ts';
import { findTunnels } from '../file/find-tunnels.ts';
import { selectByPatterns } from '../file/select-by-patterns.ts';

/**
 * The names that patterns mean; `undefined`: all events are wanted.
 *
 * A plain name is taken as it is, since the log knows tunnels that are in no file any more.
 */
export async function namedTunnels(
  patterns: readonly string[],
  env: Environment,
): Promise<readonly string[] | undefined> {
  if (patterns.length === 0) return undefined;
  const open = patterns.filter((pattern) => /^tag:|[*?[{]/.test(pattern));
  const plain = patterns.filter((pattern) => !open.includes(pattern));
  if (open.length === 0) return plain;
  const found = selectByPatterns(open, await findTunnels({ env, values: {} }));
  return [...plain, ...found.map(({ name }) => name)];
}
