/** Lines on a field of 16 by 16. */
const PATHS = {
  sun: 'M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6M8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1.1 1.1M11.9 11.9 13 13M13 3l-1.1 1.1M4.1 11.9 3 13',
  moon: 'M13.5 9.6A6 6 0 0 1 6.4 2.5a6 6 0 1 0 7.1 7.1Z',
  contrast: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2ZM8 4.5v7M10 5.2v5.6M12 6.8v2.4',
  help: 'M6 6a2 2 0 1 1 2.8 1.9c-.5.2-.8.6-.8 1.1v.4M8 11.6v.2M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8Z',
  search: 'M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9ZM10.4 10.4 14 14',
  back: 'M13 8H3M7 4 3 8l4 4',
  plus: 'M8 3v10M3 8h10',
  minus: 'M3 8h10',
  fit: 'M6 2H2v4M10 2h4v4M6 14H2v-4M10 14h4v-4',
  follow: 'M8 4.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7ZM8 1v3.5M8 11.5V15M1 8h3.5M11.5 8H15',
  warning: 'M8 2 1.5 13.5h13ZM8 6.5v3.2M8 11.4v.2',
  play: 'M4.5 2.8v10.4L13 8Z',
  pause: 'M5 3v10M11 3v10',
  clock: 'M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8ZM8 4.5V8l2.4 1.6',
} as const;

export type IconName = keyof typeof PATHS;

/** A small picture beside words, or on a button that has a label of its own. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
