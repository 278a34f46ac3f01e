/** Every tone of a state: the style sheet has a colour for each. */
export const TONES = [
  'good',
  'asking',
  'busy',
  'waiting',
  'ending',
  'bad',
  'off',
  'other-1',
  'other-2',
  'other-3',
  'other-4',
] as const;

/** One of {@link TONES}. */
export type Tone = (typeof TONES)[number];
