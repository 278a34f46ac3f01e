import { useEffect } from 'preact/hooks';
import { shownNames } from '../list/shown-names.ts';
import type { Session } from '../session/session.ts';
import { useSession } from '../store/hooks.ts';

/** Keys that work wherever the focus is, except where one types. */
export function useShortcuts(openHelp: () => void): void {
  const session = useSession();
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (document.querySelector('dialog[open]') !== null) return;
      if (handle(event, session, openHelp)) event.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [session]);
}

function handle({ key, target }: KeyboardEvent, session: Session, openHelp: () => void): boolean {
  if (key === 'Escape') return escape(target, session);
  if (isTyping(target) || !areShortcutsOn()) return false;
  switch (key) {
    case '/':
      document.querySelector<HTMLInputElement>('#filter')?.focus();
      return true;
    case 'j':
      return chooseNext(session, 1);
    case 'k':
      return chooseNext(session, -1);
    case '?':
      openHelp();
      return true;
    default:
      return false;
  }
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target instanceof HTMLSelectElement ||
    (target instanceof HTMLInputElement && target.type === 'search')
  );
}

/** Takes back the nearest thing: the search, the journey, the choice. */
function escape(target: EventTarget | null, { store }: Session): boolean {
  const { filter, travel, chosen, hello } = store.get();
  if (isTyping(target) && filter !== '') store.send({ type: 'filter', filter: '' });
  else if (travel !== null && hello?.kind !== 'recording')
    store.send({ type: 'travel', travel: null });
  else if (chosen !== null) store.send({ type: 'choose', name: null, atMs: null });
  else return false;
  return true;
}

function chooseNext({ store }: Session, by: 1 | -1): boolean {
  const names = shownNames(store.get());
  const { chosen } = store.get();
  const at = chosen === null ? -1 : names.indexOf(chosen);
  const name = names[at === -1 && by === -1 ? names.length - 1 : at + by];
  if (name === undefined) return true;
  location.hash = `#tunnel=${encodeURIComponent(name)}`;
  document.querySelector(`[data-row="${CSS.escape(name)}"]`)?.scrollIntoView({ block: 'nearest' });
  return true;
}

const KEY = 'holdfast-shortcuts';

/** Whether single keys do something. */
export function areShortcutsOn(): boolean {
  return localStorage.getItem(KEY) !== 'off';
}

/** Remembers it in this browser. */
export function keepShortcuts(isOn: boolean): void {
  localStorage.setItem(KEY, isOn ? 'on' : 'off');
}
