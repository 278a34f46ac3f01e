import { useState } from 'preact/hooks';
import { useSelect } from '../store/hooks.ts';
import { Icon, type IconName } from './icon.tsx';
import { useNowMs } from '../time/clock.ts';
import { countdown } from '../time/clock-words.ts';
import type { Connection } from '../stream/follow.ts';
import { keepTheme, keptTheme, type Theme, THEMES } from './theme.ts';

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

/** How it stands with the connection. The words change seldom; the countdown is for eyes only. */
function ConnectionMark() {
  const connection = useSelect((state) => state.connection);
  const kind = useSelect(({ hello }) => hello?.kind);
  return (
    <span class="connection" data-kind={connection.kind}>
      <span class="connection-dot" aria-hidden="true" />
      <span role="status">{wordsFor(connection, kind === 'recording')}</span>
      {connection.kind === 'lost' && <NextTry {...connection} />}
    </span>
  );
}

function wordsFor(connection: Connection, isRecording: boolean): string {
  switch (connection.kind) {
    case 'connecting':
      return 'Connecting';
    case 'open':
      return isRecording ? 'Recording' : 'Live';
    case 'lost':
      return 'Connection lost, trying again';
    case 'ended':
      return `Ended: ${connection.reason}`;
    case 'refused':
      return 'Refused';
  }
}

function NextTry({ nextAtMs, problem }: Extract<Connection, { kind: 'lost' }>) {
  useNowMs();
  return (
    <span class="quiet" aria-hidden="true">
      {countdown(nextAtMs - Date.now())}: {problem}
    </span>
  );
}

const LOOKS: Readonly<Record<Theme, { readonly icon: IconName; readonly words: string }>> = {
  auto: { icon: 'contrast', words: 'as the system' },
  light: { icon: 'sun', words: 'light' },
  dark: { icon: 'moon', words: 'dark' },
};

/** Goes round: as the system, light, dark. */
function ThemeSwitch() {
  const [theme, setTheme] = useState(keptTheme);
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'auto';
  const { icon, words } = LOOKS[theme];
  const label = `Colours: ${words}. Change to ${LOOKS[next].words}`;
  return (
    <button
      class="icon-button"
      type="button"
      aria-label={label}
      title={label}
      onClick={() => {
        keepTheme(next);
        setTheme(next);
      }}
    >
      <Icon name={icon} />
    </button>
  );
}
