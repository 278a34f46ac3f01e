import { type Tone, toneOf } from './tone.ts';

/** Each tone has a shape too: colours are not for everybody. On a field of 12 by 12. */
const SHAPES: Readonly<Record<Tone, string>> = {
  good: 'M6 1a5 5 0 1 0 0 10A5 5 0 0 0 6 1Z',
  asking:
    'M6 1a5 5 0 1 0 0 10A5 5 0 0 0 6 1Zm0 1.6a3.4 3.4 0 1 1 0 6.8 3.4 3.4 0 0 1 0-6.8Zm0 1.6a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6Z',
  busy: 'M6 1a5 5 0 1 0 0 10A5 5 0 0 0 6 1Zm0 1.6v6.8a3.4 3.4 0 0 1 0-6.8Z',
  waiting: 'M6 .8 11.6 11H.4Z',
  ending: 'M1.5 1.5h9v9h-9Zm1.6 1.6v5.8h5.8V3.1Z',
  bad: 'M3.2 1 6 3.8 8.8 1 11 3.2 8.2 6 11 8.8 8.8 11 6 8.2 3.2 11 1 8.8 3.8 6 1 3.2Z',
  off: 'M1.5 1.5h9v9h-9Z',
  'other-1': 'M6 .6 11.4 6 6 11.4.6 6Z',
  'other-2': 'M6 .6 11.4 6 6 11.4.6 6ZM6 3 3 6l3 3 3-3Z',
  'other-3': 'M3.4 1h5.2L11.2 6 8.6 11H3.4L.8 6Z',
  'other-4': 'M3.4 1h5.2L11.2 6 8.6 11H3.4L.8 6Zm1 1.8L2.7 6l1.7 3.2h3.2L9.3 6 7.6 2.8Z',
};

/** A state: its shape and colour, and its word. */
export function StateMark({ state }: { readonly state: string }) {
  const tone = toneOf(state);
  return (
    <span class={`state-mark tone-${tone}`}>
      <svg class="shape" viewBox="0 0 12 12" aria-hidden="true">
        <path fill-rule="evenodd" d={SHAPES[tone]} />
      </svg>
      {state}
    </span>
  );
}
