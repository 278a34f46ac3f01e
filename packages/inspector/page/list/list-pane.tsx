import { useEffect, useRef } from 'preact/hooks';
import { useSelect, useSession } from '../store/hooks.ts';
import { ListTools } from './list-tools.tsx';
import { shownNames } from './shown-names.ts';
import { TunnelRow } from './tunnel-row.tsx';

/** How often rows may move to where they belong by now. */
const SETTLE_MS = 4000;

/** All tunnels. Rows move now and then only, and never under the pointer or the focus. */
export function ListPane() {
  const kind = useSelect(({ hello }) => hello?.kind);
  const element = useRef<HTMLElement>(null);
  const { store } = useSession();
  useEffect(() => {
    const timer = setInterval(() => {
      if (element.current?.matches(':hover, :focus-within') === false)
        store.send({ type: 'settle' });
    }, SETTLE_MS);
    return () => clearInterval(timer);
  }, [store]);
  const word = kind === 'actors' ? 'Actors' : 'Tunnels';
  return (
    <section class="list-pane" aria-labelledby="list-title" ref={element}>
      <h2 id="list-title" class="visually-hidden">
        {word}
      </h2>
      <ListTools />
      <div class="list-scroll">
        <Rows word={word} />
      </div>
    </section>
  );
}

function Rows({ word }: { readonly word: string }) {
  const joined = useSelect((state) => shownNames(state).join('\n'));
  const isEmpty = useSelect(({ rows }) => rows.size === 0);
  const isOpen = useSelect(({ connection }) => connection.kind === 'open');
  const names = joined === '' ? [] : joined.split('\n');
  if (names.length === 0) return <p class="empty">{emptyWords(isEmpty, isOpen, word)}</p>;
  return (
    <table class="rows" aria-labelledby="list-title">
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">State</th>
          <th scope="col">Round trip</th>
        </tr>
      </thead>
      <tbody>
        {names.map((name) => (
          <TunnelRow key={name} name={name} />
        ))}
      </tbody>
    </table>
  );
}

function emptyWords(isEmpty: boolean, isOpen: boolean, word: string): string {
  if (!isEmpty) return 'Nothing matches the search.';
  return isOpen ? `No ${word.toLowerCase()} yet.` : 'Waiting for the list.';
}
