import { useSelect } from '../store/hooks.ts';
import { ConnectionMark } from './connection-mark.tsx';
import { Icon } from './icon.tsx';
import { ThemeSwitch } from './theme-switch.tsx';

/** What this page is of, and how it stands with the connection. */
export function TopBar({ onHelp }: { readonly onHelp: () => void }) {
  const hello = useSelect((state) => state.hello);
  return (
    <header class="top-bar">
      <h1 class="brand">
        <svg class="brand-mark" viewBox="0 0 24 24" aria-hidden="true">
          <path d="M12 3v18M5 12c0 5 3 8 7 9 4-1 7-4 7-9M8 7h8" />
          <circle cx="12" cy="4.5" r="2" />
        </svg>
        Holdfast
      </h1>
      <span class="title">{hello?.title}</span>
      <ConnectionMark />
      <ThemeSwitch />
      <button class="icon-button" type="button" aria-label="Help" title="Help (?)" onClick={onHelp}>
        <Icon name="help" />
      </button>
    </header>
  );
}
