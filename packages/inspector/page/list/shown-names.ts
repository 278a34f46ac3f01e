import type { PageState } from '../store/page-state.ts';
import { matches } from './order.ts';

/** The names in the list, in order, after the search. */
export function shownNames({ order, rows, filter }: PageState): readonly string[] {
  if (filter.trim() === '') return order;
  return order.filter((name) => {
    const row = rows.get(name);
    return row !== undefined && matches(row, filter.trim());
  });
}
