/** State, and who wants to hear of it. */
export interface Store<S, E> {
  readonly get: () => S;
  readonly send: (event: E) => void;
  /** Calls back at most once a frame, after any number of events; returns how to stop. */
  readonly subscribe: (listener: () => void) => () => void;
}

/** Holds state that changes by events. Listeners hear of all events of a frame at once. */
export function createStore<S, E>(
  reduce: (state: S, event: E) => S,
  first: S,
  nextFrame: (callback: () => void) => void,
): Store<S, E> {
  const listeners = new Set<() => void>();
  let state = first;
  let isDue = false;

  function tell(): void {
    isDue = false;
    for (const listener of listeners) listener();
  }

  return {
    get: () => state,
    send: (event) => {
      const next = reduce(state, event);
      if (next === state) return;
      state = next;
      if (isDue) return;
      isDue = true;
      nextFrame(tell);
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
