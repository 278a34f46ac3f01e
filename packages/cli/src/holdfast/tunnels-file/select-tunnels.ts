import { type SelectableTunnel, selectNames } from '@holdfast/engine/parts';
import { askSupervisor, type Asking } from '../client/ask-supervisor.ts';
import { CommandError } from '../command-line/command-error.ts';
import { configPath, readTunnels } from './read-tunnels.ts';

/** The tunnels that names, globs and tags mean; without any: all. Throws a {@link CommandError} `unknown-tunnel`. */
export function selectByPatterns<TTunnel extends SelectableTunnel>(
  patterns: readonly string[],
  tunnels: readonly TTunnel[],
): readonly TTunnel[] {
  const { names, unmatched } = selectNames(patterns, tunnels);
  if (names !== undefined) return tunnels.filter(({ name }) => names.includes(name));
  const known = tunnels.map(({ name }) => name).join(', ');
  throw new CommandError('unknown-tunnel', `unknown tunnel ${unmatched}; known: ${known}`);
}

/** The tunnels that there are: those of the supervisor or, if none answers, those of the file. */
export async function findTunnels({ env, values }: Asking): Promise<readonly SelectableTunnel[]> {
  try {
    return (await askSupervisor({ env, values }, (client) => client.status())).tunnels;
  } catch {
    return readTunnels(configPath(env, values.config)).tunnels;
  }
}
