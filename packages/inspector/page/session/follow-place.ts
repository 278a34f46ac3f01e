import { readPlace, writePlace } from './place.ts';
import type { Session } from './session.ts';

/** Keeps the address and the store together: a link chooses a tunnel, and a moment that is looked at stands in the address. */
export function followPlace({ store }: Session): () => void {
  function fromAddress(): void {
    const { tunnel, atMs } = readPlace(location.hash);
    store.send({ type: 'choose', name: tunnel, atMs });
  }
  /** Not at once: browsers take only so many changes of an address in a time. */
  let timer: ReturnType<typeof setTimeout> | undefined;
  function later(): void {
    clearTimeout(timer);
    timer = setTimeout(toAddress, 250);
  }
  function toAddress(): void {
    const { chosen, travel, hello, speed } = store.get();
    if (speed > 0) return;
    const isPast = travel !== null && hello !== null;
    const fragment = writePlace({ tunnel: chosen, atMs: isPast ? travel.atMs : null });
    if (fragment === (location.hash || '#')) return;
    history.replaceState(null, '', fragment === '#' ? location.pathname : fragment);
  }
  addEventListener('hashchange', fromAddress);
  fromAddress();
  const leave = store.subscribe(later);
  return () => (leave(), removeEventListener('hashchange', fromAddress));
}
