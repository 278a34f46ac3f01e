import { completeTunnels } from '../fleet/complete-tunnel.ts';
import type { TunnelSpec } from '../fleet/tunnel-spec.ts';
import { parseForward, type Forward, type ForwardKind } from '../forward/forward.ts';

/** A tunnel of a fleet, with the defaults where nothing else is said. */
export function specOf(more: Partial<TunnelSpec> = {}): TunnelSpec {
  const { ruleSet: _, ...usual } = completeTunnels(
    [{ name: 'db', host: 'bastion' }],
    undefined,
  )[0]!;
  return { ...(usual as TunnelSpec), ...more };
}

/** A forward, as ssh's -L, -R or -D takes it. */
export function forwardOf(kind: ForwardKind, text: string): Forward {
  const reading = parseForward(kind, text);
  if ('wrong' in reading) throw new Error(`${text} ${reading.wrong}`);
  return reading.value;
}
