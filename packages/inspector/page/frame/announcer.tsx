import { useRef } from 'preact/hooks';
import { isDown } from '../list/tone.ts';
import { useSelect } from '../store/hooks.ts';
import { chosenRow } from '../store/reduce.ts';

/** Tells a screen reader when the chosen one goes down or comes up; nothing of the probes in between. */
export function Announcer() {
  const name = useSelect((state) => state.chosen);
  const state = useSelect((page) => chosenRow(page)?.state);
  const last = useRef({ name, words: '' });
  if (name === null || state === undefined) return <div role="status" class="visually-hidden" />;
  const words = `${name} ${state === 'probing' ? 'is healthy' : wordsOf(state)}`;
  if (last.current.name !== name) last.current = { name, words: '' };
  else if (last.current.words !== words) last.current = { name, words };
  return (
    <div role="status" class="visually-hidden">
      {last.current.words}
    </div>
  );
}

function wordsOf(state: string): string {
  return isDown(state) ? `is down: ${state}` : `is ${state}`;
}
