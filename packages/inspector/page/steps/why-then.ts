import { isUp } from '../list/tone.ts';
import { elapsed } from '../time/clock-words.ts';
import type { Shown } from './shown.ts';

/** Why the chosen one was as it was at a moment of the past, in whole sentences. */
export function whyThen(shown: Shown, said: readonly string[], atMs: number): readonly string[] {
  const { state, sinceMs, failureSentence, failureClass, nextStartAtMs } = shown;
  return [
    stateSentence(state, sinceMs, atMs),
    ...said.map(asSentence),
    ...(failureSentence === null
      ? []
      : [asSentence(`${failureSentence} (${failureClass ?? 'unknown'})`)]),
    ...(nextStartAtMs === null || nextStartAtMs < atMs
      ? []
      : [`The next start was due ${elapsed(nextStartAtMs - atMs)} later.`]),
  ];
}

function stateSentence(state: string, sinceMs: number | null, atMs: number): string {
  if (sinceMs === null) return `It was in the state ${state}.`;
  const lasted = atMs - sinceMs;
  if (isUp(state)) return upSentence(state, lasted);
  return lasted < 1000
    ? `It had just come into the state ${state}.`
    : `It had been in the state ${state} for ${elapsed(lasted)}.`;
}

function upSentence(state: string, lasted: number): string {
  const time =
    lasted < 1000
      ? 'It had just begun to carry traffic'
      : `It had carried traffic for ${elapsed(lasted)}`;
  return state === 'probing' ? `${time}, and a probe was out.` : `${time}.`;
}

/** Sentences of the program begin small and have no full stop: see its log. Names of programs stay small. */
export function asSentence(text: string): string {
  const trimmed = text.trim();
  const first = /^sshd?\b/.test(trimmed) ? trimmed.charAt(0) : trimmed.charAt(0).toUpperCase();
  return `${first}${trimmed.slice(1)}${/[.!?]$/.test(trimmed) ? '' : '.'}`;
}
