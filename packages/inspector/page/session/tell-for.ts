import type { Store } from '../store/create-store.ts';
import type { Notice, PageState } from '../store/page-state.ts';
import type { PageEvent } from '../store/reduce.ts';

/** By then the state tells what became of an order. */
const NOTICE_MS = 6000;

/** Says what became of an order, for a while; a problem stays until the next order, or until another is chosen. */
export function tellFor(store: Store<PageState, PageEvent>, notice: Notice): void {
  store.send({ type: 'notice', notice });
  if (notice.isProblem) return;
  setTimeout(() => {
    if (store.get().notice === notice) store.send({ type: 'notice', notice: null });
  }, NOTICE_MS);
}
