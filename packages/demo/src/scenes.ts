import type { Stage } from './stage.ts';

/** One way for a connection to break. */
export interface Scene {
  /** The name in headings and in the table. */
  readonly name: string;
  /** What breaks, for whoever sees it for the first time. */
  readonly story: string;
  /** What happened, in a few words. */
  readonly summary: string;
  /** Breaks it. */
  readonly fault: (stage: Stage) => void | Promise<void>;
  /** What ends the fault by itself, if it does. */
  readonly repair?: Repair;
}

/** The end of a fault. */
export interface Repair {
  readonly afterSeconds: number;
  readonly story: string;
  readonly perform: (stage: Stage) => Promise<void>;
}

const OUTAGE_SECONDS = 3;

/** The three scenes, in the order in which they are played. */
export const SCENES: readonly Scene[] = [
  {
    name: 'connection drop',
    story: 'the server hangs up',
    summary: 'server hung up',
    fault: (stage) => stage.dropConnections(),
  },
  {
    name: 'silent freeze',
    story: 'the connection falls silent: no byte passes, and nobody hangs up',
    summary: 'connection silent',
    fault: (stage) => stage.freezeConnections(),
  },
  {
    name: 'server outage',
    story: `the server is gone for ${OUTAGE_SECONDS} s: connections are refused`,
    summary: `server gone for ${OUTAGE_SECONDS} s`,
    fault: (stage) => stage.refuseConnections(),
    repair: {
      afterSeconds: OUTAGE_SECONDS,
      story: 'the server is back',
      perform: (stage) => stage.acceptConnections(),
    },
  },
];

/** What a scene showed. */
export interface SceneResult {
  readonly scene: Scene;
  readonly foundBy: string;
  /** From the fault to the first bytes that came back. */
  readonly recoveredAfterSeconds: number;
  /** How often ssh was started for that. */
  readonly starts: number;
}
