import { createPlayer, type PlayedStep } from '../play/player.ts';
import { readRecording } from '../read/read-recording.ts';

/** Every step of the lines of a recording. */
export function playAll(lines: readonly string[]): readonly PlayedStep[] {
  const player = createPlayer();
  return [...readRecording(lines)].flatMap((line) => [...player.play(line)]);
}
