import { createContext } from 'preact';
import { useContext, useLayoutEffect, useReducer, useRef } from 'preact/hooks';
import type { Session } from '../session/session.ts';

/** The page's one session. */
export const SessionContext = createContext<Session | null>(null);

/** What the page can do. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === null) throw new Error('there is no session around this component');
  return session;
}

/** A part of the state; draws again only when that part is another. */
export function useSelect<T>(select: (state: ReturnType<Session['store']['get']>) => T): T {
  const { store } = useSession();
  const selected = select(store.get());
  const latest = useRef({ select, selected });
  latest.current = { select, selected };
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  useLayoutEffect(() => {
    const check = () => {
      const { select: again, selected: before } = latest.current;
      if (!Object.is(again(store.get()), before)) redraw(undefined);
    };
    check();
    return store.subscribe(check);
  }, [store]);
  return selected;
}
