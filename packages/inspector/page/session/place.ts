import type { Session } from './session.ts';
import { orderRows } from '../list/order.ts';

/** Keeps the address and the store together: a link chooses a tunnel, and a moment that is looked at stands in the address. */
export function followPlace({ store }: Session): () => void {
  let known = '';
  function fromAddress(): void {
    known = location.hash;
    const { tunnel, atMs } = readPlace(known);
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
    // An address that is not known was chosen just now: the browser is about to tell of it.
    if (speed > 0 || location.hash !== known) return;
    const isPast = travel !== null && hello !== null;
    const fragment = writePlace({ tunnel: chosen, atMs: isPast ? travel.atMs : null });
    if (fragment === (location.hash || '#')) return;
    history.replaceState(null, '', fragment === '#' ? location.pathname : fragment);
    known = location.hash;
  }
  addEventListener('hashchange', fromAddress);
  fromAddress();
  const leave = store.subscribe(later);
  return () => (leave(), removeEventListener('hashchange', fromAddress));
}

/** Where there is room for details and none were asked for, shows those of what needs most attention. */
export function chooseFirst({ store }: Session): void {
  const leave = store.subscribe(() => {
    const { chosen, rows, messages } = store.get();
    if (messages === 0) return;
    leave();
    const [name] = orderRows(rows.values(), 'trouble');
    if (chosen !== null || name === undefined || !matchMedia('(min-width: 760px)').matches) return;
    store.send({ type: 'choose', name, atMs: null });
  });
}

/** Where the page stands: in the fragment of its address, so that it can be sent to somebody and the Back button works. */
interface Place {
  /** The tunnel that is looked at. */
  readonly tunnel: string | null;
  /** The moment that is looked at, in milliseconds since 1970; `null`: now. */
  readonly atMs: number | null;
}

/** Reads a fragment, with or without `#`; what makes no sense is passed over. */
export function readPlace(fragment: string): Place {
  const fields = new URLSearchParams(fragment.replace(/^#/, ''));
  const at = Date.parse(fields.get('at') ?? '');
  const tunnel = fields.get('tunnel');
  return { tunnel: tunnel === '' ? null : tunnel, atMs: Number.isNaN(at) ? null : at };
}

/** The fragment of a place, with `#`. */
export function writePlace({ tunnel, atMs }: Place): string {
  if (tunnel === null) return '#';
  const name = `#tunnel=${encodeURIComponent(tunnel)}`;
  return atMs === null ? name : `${name}&at=${new Date(atMs).toISOString()}`;
}
