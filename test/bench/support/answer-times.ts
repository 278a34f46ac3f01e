import { setTimeout as sleep } from 'node:timers/promises';
import type { HoldfastScene } from '../../e2e/support/holdfast.ts';

const LOOK_AGAIN_MS = 50;
/** Answers are further apart; the time of one and the same is told with a millisecond more or less. */
const SAME_ANSWER_MS = 100;
const GIVE_UP_MS = 60_000;

/**
 * Waits until each of these tunnels has heard from its server once more.
 *
 * Calls back once for each, with the time of the answer on the clock of `performance.now()`.
 */
export async function watchAnswers(
  scene: HoldfastScene,
  names: readonly string[],
  onAnswer: (name: string, atMs: number) => void,
): Promise<void> {
  const before = await readAnswers(scene);
  const waiting = new Set(names);
  const giveUpAtMs = performance.now() + GIVE_UP_MS;
  while (waiting.size > 0) {
    if (performance.now() > giveUpAtMs) throw new Error(`no answers: ${[...waiting].join(', ')}`);
    await sleep(LOOK_AGAIN_MS);
    const now = await readAnswers(scene);
    for (const name of waiting) {
      const atMs = now.get(name) ?? 0;
      if (atMs - (before.get(name) ?? 0) < SAME_ANSWER_MS) continue;
      waiting.delete(name);
      onAnswer(name, performance.now() - (Date.now() - atMs));
    }
  }
}

async function readAnswers(scene: HoldfastScene): Promise<Map<string, number>> {
  const { tunnels } = await scene.status();
  return new Map(tunnels.map(({ name, answeredAt }) => [name, Date.parse(answeredAt ?? '') || 0]));
}
