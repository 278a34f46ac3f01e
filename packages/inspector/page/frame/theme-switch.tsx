import { useState } from 'preact/hooks';
import { Icon, type IconName } from './icon.tsx';
import { keepTheme, keptTheme, THEMES, type Theme } from './theme.ts';

const LOOKS: Readonly<Record<Theme, { readonly icon: IconName; readonly words: string }>> = {
  auto: { icon: 'contrast', words: 'as the system' },
  light: { icon: 'sun', words: 'light' },
  dark: { icon: 'moon', words: 'dark' },
};

/** Goes round: as the system, light, dark. */
export function ThemeSwitch() {
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
