import type { ChildCommand, OfSlot, Slot, TunnelContext } from '../types.ts';

// A tunnel has two slots for ssh: its own is in one, a challenger may be in the other.

/** The slot in which the tunnel's own ssh is not. */
export function otherSlot({ carrier }: Pick<TunnelContext, 'carrier'>): Slot {
  return carrier === 'a' ? 'b' : 'a';
}

/** Whether an event is about the challenger. */
export function isOfChallenger({ carrier }: TunnelContext, { slot = 'a' }: OfSlot): boolean {
  return slot !== carrier;
}

/** An order to the tunnel's own ssh. */
export function signalTo({ carrier }: TunnelContext, signal: 'SIGTERM' | 'SIGKILL'): ChildCommand {
  return { type: 'child.signal', slot: carrier, signal };
}
