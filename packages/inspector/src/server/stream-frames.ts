import type { Step } from '@holdfast/recording';

/**
 * A sign of life: a comment, which readers of the stream skip.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#authoring-notes
 */
export const ALIVE_FRAME = ': alive\n\n';

/** Everything that is; rows come as JSON, since they were written for the comparison already. */
export function allFrame(rows: readonly string[]): string {
  return frame(`{"type":"all","atMs":${Date.now()},"rows":[${rows.join(',')}]}`);
}

/** The steps of the one that is followed, and its name. */
export interface FollowedSteps {
  readonly watched: string | null;
  readonly steps: readonly Step[];
}

/** The rows that changed, and the steps of the one that is followed. */
export function changedFrame(rows: readonly string[], { watched, steps }: FollowedSteps): string {
  const told = `"watched":${JSON.stringify(watched)},"steps":${JSON.stringify(steps)}`;
  return frame(`{"type":"changed","atMs":${Date.now()},"rows":[${rows.join(',')}],${told}}`);
}

export function endedFrame(reason: string): string {
  return frame(JSON.stringify({ type: 'ended', reason }));
}

/** JSON has no line ends of its own. */
function frame(json: string): string {
  return `data: ${json}\n\n`;
}
