import { findHeldForwards, heldForwardFailure } from '@holdfast/engine';
import type { Finding } from './finding.ts';
import type { TunnelLook } from './look.ts';

/** Whether the local ports of the tunnel are free, or its own. */
export function checkPorts({ tunnel, pid }: TunnelLook): readonly Finding[] {
  return tunnel.forwards.flatMap((forward) => {
    const failure = heldForwardFailure(findHeldForwards([forward], pid));
    if (failure === undefined) return [];
    const { sentence, remedy } = failure;
    return [{ verdict: 'problem', about: 'port', sentence, remedy }];
  });
}
