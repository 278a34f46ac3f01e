import { assign, emit, enqueueActions, raise, sendTo, setup } from 'xstate';
import { countTries, graceSeconds, minimumUptimeSeconds } from '../rules/grace-time.ts';
import { hasStartsLeft } from '../rules/limits.ts';
import { RULE_SETS } from '../rules/rule-set.ts';
import { describeEnd, exitEndClass, exitSentence } from './ends.ts';
import { heartbeat, sshChild } from './ports.ts';
import type {
  ChildExited,
  EndClass,
  StopReason,
  TunnelContext,
  TunnelEmitted,
  TunnelEvent,
  TunnelInput,
  TunnelOutput,
} from './types.ts';
import { isPremature, judge } from './verdict.ts';

/** The grace time that the present number of tries asks for. */
function graceOf({ settings, tries }: TunnelContext): number {
  return graceSeconds(tries, settings.pollSeconds, RULE_SETS[settings.rules].graceRounding);
}

/**
 * The words of the tunnel machine: its types, holes, guards, delays and actions.
 *
 * Everything takes parameters or the context, never "the event": what a word needs is written where it is used.
 */
export const tunnelSetup = setup({
  types: {
    input: {} as TunnelInput,
    context: {} as TunnelContext,
    events: {} as TunnelEvent,
    emitted: {} as TunnelEmitted,
    output: {} as TunnelOutput,
    children: {} as { sshChild: 'sshChild'; heartbeat: 'heartbeat' },
  },
  actors: { sshChild, heartbeat },
  guards: {
    hasGate: ({ context }) => context.starts === 1 && context.settings.gateSeconds > 0,
    hasProbes: ({ context }) => context.probes,
    hasMissesLeft: ({ context }) => context.misses < context.settings.missesAllowed,
    hasNoStartsLeft: ({ context }) => !hasStartsLeft(context.starts, context.settings.maxStarts),
    hasNoGrace: ({ context }) => graceOf(context) === 0,
    hasLifetime: ({ context }) => context.settings.lifetimeSeconds > 0,
    shouldRestart: ({ context }, exited: ChildExited) =>
      judge(context, exited).verdict === 'restart',
    isCleanExit: ({ context }, exited: ChildExited) => judge(context, exited).verdict === 'stop',
    isStoppingForGood: ({ context }) => context.stopReason === 'operator-stop',
    isLifetimeOver: ({ context }) => context.stopReason === 'lifetime-over',
  },
  delays: {
    gateTime: ({ context }) => context.settings.gateSeconds * 1000,
    /** Until the first probe; without probes, until ssh has lived long enough to be believed. */
    proofTime: ({ context: { probes, settings } }) =>
      (probes ? settings.firstPollSeconds : minimumUptimeSeconds(settings.pollSeconds)) * 1000,
    pollTime: ({ context }) => context.settings.pollSeconds * 1000,
    graceTime: ({ context }) => graceOf(context) * 1000,
    lifetime: ({ context }) => context.settings.lifetimeSeconds * 1000,
    termGraceTime: ({ context }) => context.settings.termGraceSeconds * 1000,
    killGraceTime: ({ context }) => context.settings.killGraceSeconds * 1000,
  },
  actions: {
    endLifetime: raise({ type: 'lifetime.over' }),
    countStart: assign({
      starts: ({ context }) => context.starts + 1,
      pid: null,
      misses: 0,
      stopReason: null,
    }),
    rememberChild: assign({
      pid: (_, child: { pid: number; atMs: number }) => child.pid,
      startedAtMs: (_, child: { pid: number; atMs: number }) => child.atMs,
    }),
    countTry: assign({
      pid: null,
      tries: ({ context: { tries, startedAtMs, settings } }, { atMs }: { atMs: number }) =>
        countTries(tries, atMs - startedAtMs, settings.pollSeconds),
    }),
    countMiss: assign({ misses: ({ context }) => context.misses + 1 }),
    forgetMisses: assign({ misses: 0 }),
    giveUpProbing: assign({ probes: false }),
    rememberStopReason: assign({
      stopReason: (_, params: { reason: StopReason }) => params.reason,
    }),
    rememberEnd: assign({
      pid: null,
      end: ({ context }, { class: endClass, sentence }: { class: EndClass; sentence: string }) =>
        describeEnd(endClass, sentence, context),
    }),
    rememberExitAsEnd: assign({
      pid: null,
      end: ({ context }, exited: ChildExited) => {
        const endClass = exitEndClass(exited, isPremature(judge(context, exited)));
        return describeEnd(endClass, exitSentence(exited, endClass, context), context);
      },
    }),
    rememberAbandonedChild: assign({
      end: ({ context }) =>
        describeEnd(
          'ssh-unstoppable',
          `ssh (pid ${context.pid ?? 'unknown'}) did not end after SIGKILL and was left behind`,
          context,
        ),
    }),

    sendProbe: sendTo('heartbeat', { type: 'heartbeat.probe' }),
    terminateChild: sendTo('sshChild', { type: 'child.signal', signal: 'SIGTERM' }),
    killChild: sendTo('sshChild', { type: 'child.signal', signal: 'SIGKILL' }),

    tellBackoff: enqueueActions(({ context, enqueue }) => {
      const { tries, starts, settings } = context;
      if (!hasStartsLeft(starts, settings.maxStarts)) return;
      enqueue.emit({ type: 'backoff.began', tries, graceSeconds: graceOf(context) });
    }),
    tellStart: emit(({ context }) => ({
      type: 'start.began',
      start: context.starts,
      maxStarts: context.settings.maxStarts,
    })),
    tellChild: emit(({ context }, { pid }: { pid: number }) => ({
      type: 'start.succeeded',
      pid,
      firstPollSeconds: context.settings.firstPollSeconds,
    })),
    tellProbe: emit({ type: 'probe.began' }),
    tellAnswer: emit(({ context }) => ({
      type: 'probe.answered',
      pid: context.pid,
      pollSeconds: context.settings.pollSeconds,
    })),
    tellMiss: emit((_, { reason }: { reason: string }) => ({ type: 'probe.missed', reason })),
    tellImpossible: emit((_, { reason }: { reason: string }) => ({
      type: 'probe.impossible',
      reason,
    })),
    tellExit: emit(({ context }, exited: ChildExited) => {
      const judged = judge(context, exited);
      return {
        type: 'child.ended',
        exit: judged.exit,
        verdict: judged.verdict,
        premature: isPremature(judged),
      };
    }),
    tellStopping: emit(
      ({ context }, params: { reason: StopReason; signal?: string | undefined }) => ({
        type: 'stop.began',
        reason: params.reason,
        pid: context.pid,
        signal: params.signal ?? null,
      }),
    ),
    tellKill: emit(({ context }) => ({ type: 'child.killed', pid: context.pid })),
    tellAbandoned: emit(({ context }) => ({ type: 'child.abandoned', pid: context.pid })),
    tellEnd: emit(({ context }) => ({ type: 'tunnel.ended', end: endOf(context) })),
  },
});

/** The end of a tunnel that has one; a machine in a final state always has. */
export function endOf({ end }: TunnelContext): TunnelOutput {
  if (end === null) throw new Error('the tunnel has not ended');
  return end;
}
