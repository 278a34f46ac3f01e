import type { TunnelSpec } from '@holdfast/engine';
import type { Finding } from './finding.ts';

/** Whether the tunnels that this one waits for will be started. */
export function checkWaits({ after }: TunnelSpec, all: readonly TunnelSpec[]): readonly Finding[] {
  return after
    .filter((name) => all.some((other) => other.name === name && !other.enabled))
    .map((name) => ({
      verdict: 'warning',
      about: 'after',
      sentence: `it waits for ${name}, which is not enabled`,
      remedy: `enable ${name}, or start both by name`,
    }));
}
