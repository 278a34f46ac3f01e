import type { Inspected, InspectOrder } from '../api.ts';
import { ApiError } from './api-error.ts';

/** Opens the inspector's page or closes it, or says in one sentence why it cannot. This package knows nothing else of it. */
export type OpenInspector = (
  order: InspectOrder,
) => Promise<Inspected | { readonly problem: string }>;

/** The page, or an {@link ApiError} `inspector-failed`. */
export async function openOrRefuse(
  openInspector: OpenInspector | undefined,
  order: InspectOrder,
): Promise<Inspected> {
  if (openInspector === undefined) {
    throw new ApiError('inspector-failed', 'this supervisor has no inspector');
  }
  const opened = await openInspector(order);
  if ('problem' in opened) throw new ApiError('inspector-failed', opened.problem);
  return opened;
}
