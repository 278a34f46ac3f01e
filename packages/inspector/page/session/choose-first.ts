import { orderRows } from '../list/order.ts';
import type { Session } from './session.ts';

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
