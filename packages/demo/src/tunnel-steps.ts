import { once } from 'node:events';
import type { RunningTunnel } from '@holdfast/engine';
import type { TunnelEmitted, TunnelState } from '@holdfast/machines';

/** One step on a tunnel's path through its states. */
export interface Step {
  /** The state before; the first step of all has none. */
  readonly from: TunnelState | undefined;
  readonly to: TunnelState;
  /** What happened since the step before. */
  readonly facts: readonly TunnelEmitted[];
}

/** Tells each step from now on, beginning with the present state. Returns what ends the telling. */
export function watchSteps(tunnel: RunningTunnel, tell: (step: Step) => void): () => void {
  let facts: TunnelEmitted[] = [];
  let from: TunnelState | undefined;
  const watching = tunnel.fact$.subscribe((fact) => facts.push(fact));
  watching.add(
    tunnel.state$.subscribe((to) => {
      tell({ from, to, facts });
      from = to;
      facts = [];
    }),
  );
  return () => watching.unsubscribe();
}

/** Waits until a tunnel is in a state. Rejects when the signal aborts. */
export async function stateReached(
  { state$ }: RunningTunnel,
  wanted: TunnelState,
  signal: AbortSignal,
): Promise<void> {
  const stop = new AbortController();
  const given = AbortSignal.any([signal, stop.signal]);
  const watching = state$.subscribe((state) => {
    if (state === wanted) stop.abort();
  });
  if (!given.aborted) await once(given, 'abort');
  watching.unsubscribe();
  signal.throwIfAborted();
}
