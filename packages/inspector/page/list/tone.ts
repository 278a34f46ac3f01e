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

const TONE_OF = new Map<string, Tone>([
  ['gating', 'busy'],
  ['connecting', 'busy'],
  ['healthy', 'good'],
  ['probing', 'asking'],
  ['backoff', 'waiting'],
  ['stopping', 'ending'],
  ['stopped', 'off'],
  ['failed', 'bad'],
]);

/** The tone of a state. The words of machines that are not tunnels get one of the calm tones, always the same. */
export function toneOf(state: string): Tone {
  return TONE_OF.get(state) ?? otherTone(state);
}

function otherTone(state: string): Tone {
  let sum = 0;
  for (const letter of state) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973;
  return OTHERS[sum % OTHERS.length] ?? 'other-1';
}

const OTHERS = TONES.filter((tone) => tone.startsWith('other'));

/** States of tunnels from the one that asks for most attention to the one that asks for least. */
export const STATES_BY_WEIGHT = [
  'failed',
  'backoff',
  'stopping',
  'gating',
  'connecting',
  'probing',
  'healthy',
  'stopped',
] as const;

/** How much attention a state asks for; 0 is most. Words that are no state of a tunnel come last. */
export function weightOf(state: string): number {
  const weight = (STATES_BY_WEIGHT as readonly string[]).indexOf(state);
  return weight === -1 ? STATES_BY_WEIGHT.length : weight;
}

/** Whether a tunnel in this state carries traffic: also while a probe is out. */
export function isUp(state: string): boolean {
  return state === 'healthy' || state === 'probing';
}

/** Whether a tunnel in this state carries no traffic, and should. */
export function isDown(state: string): boolean {
  return weightOf(state) < weightOf('probing');
}
