import { HOLDFAST_EXIT } from '../../exit-codes.ts';
import type { ContextOf } from '../body.ts';
import { findTunnels } from './find-tunnels.ts';

/** For shells: whatever goes wrong, there is just nothing to complete. */
export async function runCompleteNames(context: ContextOf<'complete-names'>): Promise<number> {
  const tunnels = await findTunnels(context).catch(() => []);
  const names = tunnels.map(({ name }) => name);
  const tags = new Set(tunnels.flatMap((tunnel) => tunnel.tags.map((tag) => `tag:${tag}`)));
  context.terminal.out([...names, ...tags].map((word) => `${word}\n`).join(''));
  return HOLDFAST_EXIT.ok;
}
