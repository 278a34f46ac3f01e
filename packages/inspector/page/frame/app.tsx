import { useRef, useState } from 'preact/hooks';
import { Detail } from '../detail/detail.tsx';
import { ListPane } from '../list/list-pane.tsx';
import { useSelect } from '../store/hooks.ts';
import { HelpDialog } from './help-dialog.tsx';
import { TopBar } from './top-bar.tsx';
import { useShortcuts } from './use-shortcuts.ts';
import { isDown } from '../list/tone.ts';
import { chosenRow } from '../store/reduce.ts';

/** The whole page: the list, and beside it, or instead of it where there is no room, the chosen one. */
export function App() {
  const [isHelpOpen, setHelpOpen] = useState(false);
  const chosen = useSelect((state) => state.chosen);
  const isRefused = useSelect(({ connection }) => connection.kind === 'refused');
  useShortcuts(() => setHelpOpen(true));
  if (isRefused) return <Locked reason="refused" />;
  return (
    <div class="app" data-view={chosen === null ? 'list' : 'detail'}>
      <TopBar onHelp={() => setHelpOpen(true)} />
      <main class="panes">
        <ListPane />
        <Detail />
      </main>
      <Announcer />
      <HelpDialog isOpen={isHelpOpen} onClose={() => setHelpOpen(false)} />
    </div>
  );
}

/** Tells a screen reader when the chosen one goes down or comes up; nothing of the probes in between. */
function Announcer() {
  const name = useSelect((state) => state.chosen);
  const state = useSelect((page) => chosenRow(page)?.state);
  const last = useRef({ name, words: '' });
  if (name === null || state === undefined) return <div role="status" class="visually-hidden" />;
  const words = `${name} ${state === 'probing' ? 'is healthy' : wordsOf(state)}`;
  if (last.current.name !== name) last.current = { name, words: '' };
  else if (last.current.words !== words) last.current = { name, words };
  return (
    <div role="status" class="visually-hidden">
      {last.current.words}
    </div>
  );
}

function wordsOf(state: string): string {
  return isDown(state) ? `is down: ${state}` : `is ${state}`;
}

const REASONS = {
  missing: 'This page needs a token, and its address has none.',
  refused: 'The token in this address is wrong: it is of another run, or incomplete.',
} as const;

/** For who has no token, or a wrong one: what to do. */
export function Locked({ reason }: { readonly reason: keyof typeof REASONS }) {
  return (
    <main class="locked">
      <h1>Holdfast</h1>
      <p role="alert">{REASONS[reason]}</p>
      <p>
        Run <code>holdfast inspect</code> again, and open the whole address that it prints.
      </p>
    </main>
  );
}
