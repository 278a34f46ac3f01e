import type { Scene } from './scenes.ts';

/** What a scene showed. */
export interface SceneResult {
  readonly scene: Scene;
  readonly foundBy: string;
  /** From the fault to the first bytes that came back. */
  readonly recoveredAfterSeconds: number;
  /** How often ssh was started for that. */
  readonly starts: number;
}
