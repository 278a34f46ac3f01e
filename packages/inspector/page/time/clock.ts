import { useEffect, useState } from 'preact/hooks';
import { useSelect } from '../store/hooks.ts';

const listeners = new Set<(nowMs: number) => void>();
let timer: ReturnType<typeof setTimeout> | undefined;

function tick(): void {
  timer = setTimeout(tick, 1000 - (Date.now() % 1000));
  const nowMs = Date.now();
  for (const listener of listeners) listener(nowMs);
}

function listen(listener: (nowMs: number) => void): () => void {
  listeners.add(listener);
  timer ??= setTimeout(tick, 1000 - (Date.now() % 1000));
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearTimeout(timer);
    timer = undefined;
  };
}

/** The time at the server, in milliseconds since 1970: one clock for the whole page, that ticks each second. */
export function useNowMs(): number {
  const offset = useSelect(({ offsetMs }) => offsetMs);
  const played = useSelect(({ hello, travel, past }) =>
    hello?.kind === 'recording' ? (travel?.atMs ?? past.steps.at(-1)?.atMs ?? null) : null,
  );
  // The same until the next tick: what depends on it is not drawn again in between.
  const [nowMs, setNow] = useState(Date.now);
  useEffect(() => listen(setNow), []);
  return played ?? nowMs + offset;
}
