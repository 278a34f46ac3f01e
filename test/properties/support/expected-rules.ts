import type { TunnelSettings } from '@holdfast/machines';

// What the laws expect of the rules, written down once more from the description of autossh, and
// deliberately without a look at the rules of the machines.

/** The rule sets of autossh: quick deaths in a row decide the wait. */
export const AUTOSSH_RULE_SETS = ['classic', 'autossh-1.4', 'autossh-1.3'] as const;

/** All of them. Under `holdfast` it is the failure class that decides. */
export const RULE_SET_NAMES = [...AUTOSSH_RULE_SETS, 'holdfast'] as const;

/** Restart, end with success, or an error exit: the letters of EXIT-1. */
type Letter = 'R' | '0' | 'X';

/** The rows of EXIT-1: in the gate, after the gate, without a gate, later starts. */
const ROWS: Record<string, readonly [Letter, Letter, Letter, Letter]> = {
  'status 0': ['X', '0', '0', '0'],
  'status 1': ['X', 'X', 'R', 'R'],
  'status 2, 1.4': ['X', 'X', 'R', 'R'],
  'status 2, 1.3': ['X', 'X', 'X', 'X'],
  'status 3..254': ['X', 'X', 'X', 'X'],
  'status 255': ['X', 'R', 'R', 'R'],
  'any signal, 1.4': ['R', 'R', 'R', 'R'],
  'TERM, INT or KILL, 1.3': ['X', 'X', 'X', 'X'],
  'another signal, 1.3': ['R', 'R', 'R', 'R'],
  'any status, holdfast': ['X', 'R', 'R', 'R'],
  'any signal, holdfast': ['R', 'R', 'R', 'R'],
};

function rowOf(rules: TunnelSettings['rules'], how: number | string): string {
  if (rules === 'holdfast')
    return typeof how === 'string' ? 'any signal, holdfast' : 'any status, holdfast';
  if (typeof how === 'string') {
    // The classic rules take deaths by signal from 1.3, and everything else from 1.4.
    if (rules === 'autossh-1.4') return 'any signal, 1.4';
    return ['SIGTERM', 'SIGINT', 'SIGKILL'].includes(how)
      ? 'TERM, INT or KILL, 1.3'
      : 'another signal, 1.3';
  }
  if (how === 0 || how === 1 || how === 255) return `status ${how}`;
  if (how === 2) return rules === 'autossh-1.3' ? 'status 2, 1.3' : 'status 2, 1.4';
  return 'status 3..254';
}

const VERDICTS = { R: 'restart', 0: 'stop', X: 'fail' } as const;

/** The verdict of EXIT-1, or FL-1, on one exit. */
export function expectedVerdict(
  settings: Pick<TunnelSettings, 'rules' | 'gateSeconds'>,
  start: number,
  ageMs: number,
  how: number | string,
): 'restart' | 'stop' | 'fail' {
  const [inGate, afterGate, noGate, later] = ROWS[rowOf(settings.rules, how)]!;
  if (start > 1) return VERDICTS[later];
  if (settings.gateSeconds === 0) return VERDICTS[noGate];
  return VERDICTS[ageMs <= settings.gateSeconds * 1000 ? inGate : afterGate];
}

/** BACK-1: the age below which an end of ssh counts as quick. */
export function quickBelowMs(pollSeconds: number): number {
  return Math.max(10, Math.trunc(pollSeconds / 10)) * 1000;
}

/** BACK-2 to BACK-4, with one division at the end, so that nothing is rounded twice. */
export function expectedGrace(
  rules: TunnelSettings['rules'],
  pollSeconds: number,
  tries: number,
): number {
  const t = tries - 5;
  if (t <= 0) return 0;
  const poll = rules === 'autossh-1.3' ? Math.trunc(pollSeconds / 100) * 100 : pollSeconds;
  return Math.min(Math.trunc((poll * t * t) / 300), pollSeconds);
}

/** The exit status that stands for an error (STAT-2, STAT-3). */
export function expectedErrorStatus(rules: TunnelSettings['rules']): 0 | 1 {
  return rules === 'autossh-1.3' ? 0 : 1;
}
