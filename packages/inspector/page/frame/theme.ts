/** Light or dark, or as the system has it. */
export type Theme = 'auto' | 'light' | 'dark';

export const THEMES = ['auto', 'light', 'dark'] as const satisfies readonly Theme[];

const KEY = 'holdfast-theme';

/** What was chosen in this browser before. */
export function keptTheme(): Theme {
  const kept = localStorage.getItem(KEY);
  return THEMES.find((theme) => theme === kept) ?? 'auto';
}

/** Shows the page in a theme. */
export function applyTheme(theme: Theme): void {
  document.documentElement.dataset['theme'] = theme;
}

/** The same, and for the next time too. */
export function keepTheme(theme: Theme): void {
  localStorage.setItem(KEY, theme);
  applyTheme(theme);
}
