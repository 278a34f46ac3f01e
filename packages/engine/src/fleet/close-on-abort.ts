import type { Fleet } from './fleet.ts';

/** Closes a fleet when a signal says so; a fleet that was closed lets go of the signal, which may live on for others. */
export function closeOnAbort(fleet: Pick<Fleet, 'close' | 'event$'>, signal: AbortSignal): void {
  const close = () => void fleet.close();
  signal.addEventListener('abort', close, { once: true });
  fleet.event$.subscribe({ complete: () => signal.removeEventListener('abort', close) });
}
