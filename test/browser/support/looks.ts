/** A phone, a small window, a wide screen. */
export const SIZES = [
  { width: 380, height: 800 },
  { width: 1024, height: 768 },
  { width: 1680, height: 1000 },
] as const;

export const THEMES = ['light', 'dark'] as const;
