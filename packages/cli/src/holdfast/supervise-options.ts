import type { HoldfastPaths } from '@holdfast/config';

/** What the supervisor tells whoever started it: once, before it starts any ssh. */
export type SupervisorMessage =
  | { readonly ready: true; readonly pid: number }
  /** Why it ends again: one sentence. */
  | {
      readonly problem: string;
      /** Another supervisor runs, or is about to. */
      readonly isHeld?: true;
    };

/** What the process that is the supervisor needs to know. */
export interface SuperviseOptions {
  /** The file of tunnels, as an absolute path. */
  readonly config: string;
  readonly paths: HoldfastPaths;
  /** Of the package. */
  readonly version: string;
  /** The file of this program: the inspector's is beside it. */
  readonly script: string;
  /** The signals that were ignored when the program was started: each ssh ignores them too. */
  readonly ignored: readonly NodeJS.Signals[];
  /** Tells whoever started it how it went. Only the first message counts. */
  readonly tell: (message: SupervisorMessage) => void;
}
