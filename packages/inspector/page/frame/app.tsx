import { useState } from 'preact/hooks';
import { Detail } from '../detail/detail.tsx';
import { ListPane } from '../list/list-pane.tsx';
import { useSelect } from '../store/hooks.ts';
import { Announcer } from './announcer.tsx';
import { HelpDialog } from './help-dialog.tsx';
import { Locked } from './locked.tsx';
import { TopBar } from './top-bar.tsx';
import { useShortcuts } from './use-shortcuts.ts';

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
