import { UNLIMITED_STARTS } from '@holdfast/machines';
import type { TunnelSpec } from '../fleet/tunnel-spec.ts';
import { parseForward, type Forward, type ForwardKind } from '../forward/forward.ts';

/** A tunnel of a fleet, with the defaults of a file of tunnels. */
export function specOf(more: Partial<TunnelSpec> = {}): TunnelSpec {
  return {
    name: 'db',
    host: 'bastion',
    forwards: [],
    options: [],
    tags: [],
    after: [],
    heartbeat: 'mux',
    pollMs: 5000,
    challenge: true,
    patienceMs: null,
    release: false,
    checks: [],
    rules: { gateMs: 0, maxStarts: UNLIMITED_STARTS, restart: 'unlimited' },
    enabled: true,
    ...more,
  };
}

/** A forward, as ssh's -L, -R or -D takes it. */
export function forwardOf(kind: ForwardKind, text: string): Forward {
  const reading = parseForward(kind, text);
  if ('wrong' in reading) throw new Error(`${text} ${reading.wrong}`);
  return reading.value;
}
