import type { Step } from '@holdfast/recording';

/** A step for tests: of a healthy tunnel, unless told otherwise. */
export function makeStep(step: Partial<Step> & Pick<Step, 'index' | 'atMs'>): Step {
  return {
    event: 'heartbeat.answered',
    detail: null,
    state: 'healthy',
    active: ['running', 'running.healthy'],
    taken: [],
    facts: {
      starts: 1,
      misses: 0,
      failureClass: null,
      failureSentence: null,
      nextStartAtMs: null,
      roundTripMs: null,
    },
    sentences: [],
    ...step,
  };
}
