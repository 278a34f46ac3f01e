import type { SelectableTunnel } from '@holdfast/engine';
import type { Environment } from '../body.ts';
import { askSupervisor } from '../client/supervisor.ts';
import { configPath, readTunnels } from './read-tunnels.ts';

interface Finding {
  readonly env: Environment;
  readonly values: { readonly config?: string };
}

/** The tunnels that there are: those of the supervisor or, if none answers, those of the file. */
export async function findTunnels({ env, values }: Finding): Promise<readonly SelectableTunnel[]> {
  try {
    return (await askSupervisor({ env, values }, (client) => client.status())).tunnels;
  } catch {
    return readTunnels(configPath(env, values.config)).tunnels;
  }
}
