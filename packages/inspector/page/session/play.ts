import type { Session } from './session.ts';

/** Plays a recording: moves the moment that is looked at while the store's speed is above 0. */
export function followSpeed({ store }: Session): () => void {
  let frame = 0;
  let lastMs = 0;

  function step(nowMs: number): void {
    const { speed, travel, past } = store.get();
    const endMs = past.steps.at(-1)?.atMs;
    frame = 0;
    if (speed === 0 || travel === null || endMs === undefined) return;
    const atMs = Math.min(endMs, travel.atMs + (nowMs - lastMs) * speed);
    lastMs = nowMs;
    store.send({ type: 'travel', travel: { atMs, key: null } });
    if (atMs === endMs) store.send({ type: 'speed', speed: 0 });
    else frame = requestAnimationFrame(step);
  }

  function look(): void {
    begin();
    if (store.get().speed === 0 || frame !== 0) return;
    lastMs = performance.now();
    frame = requestAnimationFrame(step);
  }

  /** A recording begins at its beginning. */
  function begin(): void {
    const { hello, travel, past } = store.get();
    const first = past.steps[0];
    if (hello?.kind !== 'recording' || travel !== null || first === undefined) return;
    store.send({ type: 'travel', travel: { atMs: first.atMs, key: null } });
  }

  return store.subscribe(look);
}
