import { judgeExit, type ExitVerdict, type SshExit } from '../rules/exit-status.ts';
import { gatePhase, type GatePhase } from '../rules/gate.ts';
import { countEnd, isTooOften, type CountedFailures } from './failures.ts';
import { rulesOf } from './settings.ts';
import type { ChildExited, TunnelContext } from './types.ts';
import { isFirstOut } from './untaken.ts';

/** An exit of ssh, as the rules see it. */
export interface JudgedExit {
  readonly exit: SshExit;
  readonly phase: GatePhase;
  readonly verdict: ExitVerdict;
  /** What its failure class says, where the rules ask. */
  readonly counted: CountedFailures | undefined;
  /** Whether ssh would be started again, had it not been lost to a probe, and were that not final. */
  readonly isLostToProbe: boolean;
}

/** Judges an exit by the tunnel's own rule set: first its status, then what went wrong. */
export function judge(context: TunnelContext, exited: ChildExited): JudgedExit {
  const { settings, starts, startedAtMs } = context;
  const phase = gatePhase({
    starts,
    gateSeconds: settings.gateSeconds,
    ageMs: exited.atMs - startedAtMs,
  });
  const exit = { status: exited.status, signal: exited.signal };
  const counted = countEnd(context, exited);
  const byStatus = isAsked(context) ? 'restart' : judgeExit(rulesOf(settings), exit, phase);
  const isLostToProbe = byStatus === 'restart' && isLostForGood(context);
  const isOver = isLostToProbe || isHopeless(counted, context);
  const verdict = byStatus === 'restart' && isOver ? 'fail' : byStatus;
  return { exit, phase, verdict, counted, isLostToProbe };
}

/** The status of an ssh that was told to go says nothing (EXIT-9). */
function isAsked({ stopReason }: TunnelContext): boolean {
  return stopReason !== null;
}

/** Whether ssh is being ended for missed probes, and is not to be started again for that. */
export function isSilentForGood({ stopReason, settings }: TunnelContext): boolean {
  return stopReason === 'heartbeat-missed' && !settings.restartsWhenSilent;
}

/** So is an ssh that ends by itself before its first probe is answered: the probe may have been its end (HB-16). */
function isLostForGood(context: TunnelContext): boolean {
  const { stopReason, settings } = context;
  const isHungUpOn = stopReason === null && isFirstOut(context) && !settings.restartsWhenSilent;
  return isHungUpOn || isSilentForGood(context);
}

/** Whether another start would be in vain, or one too many. */
export function isHopeless(
  counted: CountedFailures | undefined,
  { settings }: Pick<TunnelContext, 'settings'>,
): boolean {
  return counted !== undefined && (counted.verdict === 'fail' || isTooOften(counted, settings));
}

/** Whether it was a status (not a signal) of the first ssh inside the gate time (EXIT-2). */
export function isPremature({ exit, phase }: JudgedExit): boolean {
  return phase === 'inGate' && exit.signal === null;
}
