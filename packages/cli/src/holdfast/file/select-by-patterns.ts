import { selectNames, type SelectableTunnel } from '@holdfast/engine';
import { CommandError } from '../words/command-error.ts';

/** The tunnels that names, globs and tags mean; without any: all. Throws a {@link CommandError} `unknown-tunnel`. */
export function selectByPatterns<TTunnel extends SelectableTunnel>(
  patterns: readonly string[],
  tunnels: readonly TTunnel[],
): readonly TTunnel[] {
  const { names, unmatched } = selectNames(patterns, tunnels);
  if (names !== undefined) return tunnels.filter(({ name }) => names.includes(name));
  const known = tunnels.map(({ name }) => name).join(', ');
  throw new CommandError('unknown-tunnel', `no tunnel is called ${unmatched}; there are: ${known}`);
}
