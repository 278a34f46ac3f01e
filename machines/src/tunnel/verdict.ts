import { judgeExit, type ExitVerdict, type SshExit } from '../rules/exit-status.ts';
import { gatePhase, type GatePhase } from '../rules/gate.ts';
import { RULE_SETS } from '../rules/rule-set.ts';
import type { ChildExited, TunnelContext } from './types.ts';

/** An exit of ssh, as the rules see it. */
export interface JudgedExit {
  readonly exit: SshExit;
  readonly phase: GatePhase;
  readonly verdict: ExitVerdict;
}

/** Judges an exit that nobody asked for, by the tunnel's own rule set. */
export function judge(context: TunnelContext, { status, signal, atMs }: ChildExited): JudgedExit {
  const { settings, starts, startedAtMs } = context;
  const phase = gatePhase({
    starts,
    gateSeconds: settings.gateSeconds,
    ageMs: atMs - startedAtMs,
  });
  const exit = { status, signal };
  return { exit, phase, verdict: judgeExit(RULE_SETS[settings.rules], exit, phase) };
}

/** Whether it was a status (not a signal) of the first ssh inside the gate time (EXIT-2). */
export function isPremature({ exit, phase }: JudgedExit): boolean {
  return phase === 'inGate' && exit.signal === null;
}
