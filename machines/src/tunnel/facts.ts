import type { ExitVerdict, SshExit } from '../rules/exit-status.ts';
import type { FailureVerdict } from '../rules/failure-policy.ts';
import type { Untaken } from '../rules/untaken-probes.ts';
import type { FailureReport, StopReason, TunnelEnd } from './types.ts';

/** What a tunnel tells the world: facts for logs and for whoever watches. */
export type TunnelEmitted =
  /** The next start is due, after so many seconds. */
  | {
      readonly type: 'backoff.began';
      readonly tries: number;
      readonly graceSeconds: number;
      /** What went wrong, where the rules ask. */
      readonly failure?: FailureReport;
      readonly verdict?: FailureVerdict;
    }
  /** The grace time is over; the start waits for `start.granted`. */
  | { readonly type: 'start.asked' }
  | { readonly type: 'start.began'; readonly start: number; readonly maxStarts: number }
  | {
      readonly type: 'start.succeeded';
      readonly pid: number;
      /** When the first probe is due, or the tunnel looks at ssh for the first time. */
      readonly firstPollSeconds: number;
    }
  | { readonly type: 'child.ready' }
  /** The present ssh has proved for the first time that it carries traffic. */
  | {
      readonly type: 'tunnel.proved';
      readonly pid: number | null;
      /** Nobody was asked: ssh is believed. */
      readonly isBelieved?: true;
    }
  | { readonly type: 'probe.began' }
  | { readonly type: 'probe.answered'; readonly pid: number | null; readonly pollSeconds: number }
  | { readonly type: 'probe.missed'; readonly reason: string }
  | { readonly type: 'probe.impossible'; readonly reason: string }
  /** Probes do not leave this machine; told for the first of several in a row. */
  | { readonly type: 'probe.unsent'; readonly reason: string }
  /** They do again. */
  | { readonly type: 'probe.sent' }
  /**
   * The present ssh goes without probes, for what its predecessors did at their first; `isSure`: and it fares better so.
   */
  | {
      readonly type: 'probes.left-out';
      readonly why: Untaken;
      readonly isSure: boolean;
      /** What the heartbeat lacks, where whoever passes this on knows it. */
      readonly lack?: FailureReport;
    }
  /** Probes that were left out are tried again. */
  | { readonly type: 'probes.resumed' }
  /** An ssh that was proved has not answered in time: it is kept, and doubted. */
  | { readonly type: 'suspicion.began'; readonly reason: string }
  /** It has not answered for so long now that it does not count as healthy. */
  | { readonly type: 'suspicion.lasts' }
  /** It has answered, or its bytes move: nothing was cut. */
  | { readonly type: 'suspicion.ended' }
  /** A challenger waits for `challenger.granted`. */
  | {
      readonly type: 'challenger.asked';
      /** When the first probe was sent that ssh has not answered, on the clock of the events; `null` where the heartbeat does not tell. */
      readonly silentSinceMs: number | null;
      /** Whether ssh had its time to be heard again, since another tunnel found that the path works. */
      readonly isOverdue: boolean;
    }
  /** It waits no more and is not on its way any more, whatever came of it. */
  | { readonly type: 'challenger.settled' }
  | { readonly type: 'challenger.started'; readonly pid: number }
  /** It has logged in, and the old ssh is still silent. */
  | { readonly type: 'challenger.ready'; readonly pid: number | null; readonly graceMs: number }
  | {
      readonly type: 'challenger.ended';
      readonly pid: number | null;
      /** What went wrong with it; absent if it was sent away. */
      readonly failure?: FailureReport;
      /** Whether no challenger is tried any more. */
      readonly isLast: boolean;
    }
  /** The challenger is the tunnel's ssh from now on. */
  | {
      readonly type: 'tunnel.switched';
      readonly pid: number | null;
      readonly start: number;
      readonly maxStarts: number;
    }
  | {
      readonly type: 'child.ended';
      readonly exit: SshExit;
      readonly verdict: ExitVerdict;
      readonly premature: boolean;
      readonly failure?: FailureReport;
      /** Why ssh was told to go; absent when it went by itself. */
      readonly stopReason?: StopReason;
    }
  | {
      readonly type: 'stop.began';
      readonly reason: StopReason;
      readonly pid: number | null;
      readonly signal: string | null;
      /** Present if missed probes end the tunnel, and not only its ssh. */
      readonly isFinal?: true;
    }
  | { readonly type: 'child.killed'; readonly pid: number | null }
  | { readonly type: 'child.abandoned'; readonly pid: number | null }
  | { readonly type: 'tunnel.ended'; readonly end: TunnelEnd };
