import { assign, emit, enqueueActions, raise, sendTo, setup } from 'xstate';
import { graceSeconds, minimumUptimeSeconds } from '../rules/grace-time.ts';
import { hasStartsLeft } from '../rules/max-starts.ts';
import { describeEnd, endOf, exitEnd, unrunnableEnd, type NamedEnd } from './ends.ts';
import { signalTo } from './doubt/slots.ts';
import { countedFacts, countUnrunnable, isEndedBy, isEnding, waitsByFailure } from './failures.ts';
import { heartbeat, sshChild } from './ports.ts';
import { awaitsLogin, pollMs, probeOf, proofMs } from './probe.ts';
import { afterAnswer, afterExit, afterStart, type AnswerTimes } from './remembered.ts';
import { rulesOf } from './settings.ts';
import type { TunnelEmitted } from './facts.ts';
import type {
  AdjustableSettings,
  ChildExited,
  ChildUnrunnable,
  FailureReport,
  StopReason,
  TunnelContext,
  TunnelEvent,
  TunnelInput,
  TunnelOutput,
} from './types.ts';
import {
  askedAnew,
  isFirstOut,
  isLeftUnasked,
  mayRetry,
  provedFact,
  takingAfterRetry,
  takingAfterTrial,
  takingAtStart,
} from './untaken.ts';
import { isHopeless, isPremature, isSilentForGood, judge } from './verdict.ts';

/** Seconds before the next start: what the present number of tries asks for, or the last failure. */
function graceOf(context: TunnelContext): number {
  const { settings, tries, failures } = context;
  if (waitsByFailure(context)) return failures.waitMs / 1000;
  return graceSeconds(tries, settings.pollSeconds, rulesOf(settings).graceRounding);
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
    awaitsLogin: ({ context }) => awaitsLogin(context),
    onTrial: ({ context }) => isLeftUnasked(context) && context.untaken.phase === 'trial',
    mayRetry: ({ context }) => mayRetry(context),
    /** Of a probe that was tried again it is none: ssh carries traffic, as far as it tells. */
    isDeath: ({ context }) => context.untaken.phase !== 'unasked' || context.provedAtMs === null,
    isProved: ({ context }) => !isFirstOut(context),
    isUnproved: ({ context }) => isFirstOut(context),
    hasMissesLeft: ({ context }) => context.misses < context.settings.missesAllowed,
    hasNoStartsLeft: ({ context }) => !hasStartsLeft(context.starts, context.settings.maxStarts),
    hasNoGrace: ({ context }) => graceOf(context) === 0,
    hasLifetime: ({ context }) => context.settings.lifetimeSeconds > 0,
    shouldRestart: ({ context }, exited: ChildExited) =>
      judge(context, exited).verdict === 'restart',
    mayRunLater: ({ context }, unrunnable: ChildUnrunnable) => {
      const counted = countUnrunnable(context, unrunnable);
      return counted !== undefined && !isHopeless(counted, context) && !isEnding(context);
    },
    mustAsk: ({ context }) => context.settings.asksBeforeStart,
    waitsForHost: ({ context }) => isEndedBy(context.failures, 'host-answered'),
    waitsForCredentials: ({ context }) => isEndedBy(context.failures, 'credentials-changed'),
    isCleanExit: ({ context }, exited: ChildExited) => judge(context, exited).verdict === 'stop',
    isStoppingForGood: ({ context }) => context.stopReason === 'operator-stop',
    isLifetimeOver: ({ context }) => context.stopReason === 'lifetime-over',
  },
  delays: {
    gateTime: ({ context }) => context.settings.gateSeconds * 1000,
    proofTime: ({ context }) => proofMs(context),
    pollTime: ({ context }) => pollMs(context),
    graceTime: ({ context }) => Math.round(graceOf(context) * 1000),
    lifetime: ({ context }) => context.settings.lifetimeSeconds * 1000,
    termGraceTime: ({ context }) => context.settings.termGraceSeconds * 1000,
    killGraceTime: ({ context }) => context.settings.killGraceSeconds * 1000,
  },
  actions: {
    adjust: assign({
      settings: ({ context }, { settings }: { settings: Partial<AdjustableSettings> }) => ({
        ...context.settings,
        ...settings,
      }),
    }),
    endLifetime: raise({ type: 'lifetime.over' }),
    countStart: assign(({ context }) => afterStart(context)),
    rememberChild: assign(({ context }, { pid, atMs }: { pid: number; atMs: number }) => ({
      pid,
      startedAtMs: atMs,
      ...takingAtStart(context, atMs),
    })),
    askAnew: assign(({ context }) => askedAnew(context)),
    passTrial: assign(({ context }) => takingAfterTrial(context)),
    retryProbes: assign({ probes: true }),
    leaveUnasked: assign(({ context }) => takingAfterRetry(context)),
    rememberLogin: assign({ hasLoggedIn: true }),
    countProbe: assign({ firstProbe: 'out' }),
    countTry: assign(({ context }, exited: ChildExited) => afterExit(context, exited)),
    countUnrunnable: assign(({ context }, unrunnable: ChildUnrunnable) => {
      const counted = countUnrunnable(context, unrunnable);
      // Whatever ssh was told to go for, this is why it is gone.
      return counted === undefined ? {} : { ...countedFacts(counted), stopReason: null };
    }),
    countMiss: assign({
      misses: ({ context }) => context.misses + 1,
      unsent: null,
    }),
    rememberUnsent: assign({
      unsent: (_, { reason }: { reason: string }) => reason,
      firstProbe: ({ context }) => (context.firstProbe === 'out' ? 'due' : context.firstProbe),
    }),
    rememberAnswer: assign(({ context }, answer: AnswerTimes) => afterAnswer(context, answer)),
    /** Nobody is asked: ssh is believed. */
    believe: assign({
      provedAtMs: ({ context }, { atMs }: { atMs: number }) => context.provedAtMs ?? atMs,
    }),
    believeAfterUptime: assign({
      provedAtMs: ({ context: { provedAtMs, startedAtMs, settings } }) =>
        provedAtMs ?? startedAtMs + minimumUptimeSeconds(settings.pollSeconds) * 1000,
    }),
    rememberFailure: assign({
      // Without a word an older failure must not stand for this one.
      failures: ({ context }, { failure = null }: { failure?: FailureReport | null }) => ({
        ...context.failures,
        last: waitsByFailure(context) ? failure : null,
      }),
    }),
    giveUpProbing: assign({ probes: false, unsent: null, firstProbe: 'over' }),
    rememberStopReason: assign({
      stopReason: (_, params: { reason: StopReason }) => params.reason,
    }),
    rememberEnd: assign({
      pid: null,
      end: ({ context }, { class: endClass, sentence }: NamedEnd) =>
        describeEnd(endClass, sentence, context),
    }),
    rememberExitAsEnd: assign(({ context }, exited: ChildExited) => {
      const judged = judge(context, exited);
      const end = exitEnd(judged, context);
      return {
        pid: null,
        end: describeEnd(end.class, end.sentence, context),
        ...countedFacts(judged.counted),
      };
    }),
    rememberUnrunnableAsEnd: assign(({ context }, unrunnable: ChildUnrunnable) => {
      const counted = countUnrunnable(context, unrunnable);
      const end = unrunnableEnd(unrunnable, counted, context);
      return {
        pid: null,
        end: describeEnd(end.class, end.sentence, context),
        ...countedFacts(counted),
      };
    }),
    rememberAbandonedChild: assign({
      end: ({ context }) =>
        describeEnd(
          'ssh-unstoppable',
          `ssh (pid ${context.pid ?? 'unknown'}) did not end after SIGKILL and was left behind`,
          context,
        ),
    }),

    sendProbe: sendTo('heartbeat', ({ context }) => probeOf(context)),
    terminateChild: sendTo('sshChild', ({ context }) => signalTo(context, 'SIGTERM')),
    killChild: sendTo('sshChild', ({ context }) => signalTo(context, 'SIGKILL')),

    tellBackoff: enqueueActions(({ context, enqueue }) => {
      const { tries, starts, settings, failures, stopReason } = context;
      const { last: failure, verdict } = failures;
      if (!hasStartsLeft(starts, settings.maxStarts)) return;
      enqueue.emit({
        type: 'backoff.began',
        tries,
        graceSeconds: graceOf(context),
        ...(failure === null || stopReason === 'operator-restart' ? {} : { failure, verdict }),
      });
    }),
    askForStart: emit({ type: 'start.asked' }),
    tellReady: emit({ type: 'child.ready' }),
    /** In a fleet, since others wait for it; a fleet is known by its rules, or by its queue of starts. */
    tellProof: enqueueActions(({ context, enqueue }) => {
      const isOfFleet = waitsByFailure(context) || context.settings.asksBeforeStart;
      if (isOfFleet && context.provedAtMs === null) enqueue.emit(provedFact(context));
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
    tellLeftOut: enqueueActions(({ context, enqueue }) => {
      const { why, phase } = context.untaken;
      if (why === null || phase === 'asked') return;
      if (context.probes) enqueue.emit({ type: 'probes.resumed' });
      else enqueue.emit({ type: 'probes.left-out', why, isSure: phase === 'unasked' });
    }),
    tellUnsent: enqueueActions(({ context, enqueue }, { reason }: { reason: string }) => {
      if (context.unsent === null) enqueue.emit({ type: 'probe.unsent', reason });
    }),
    tellSent: enqueueActions(({ context, enqueue }) => {
      if (context.unsent !== null) enqueue.emit({ type: 'probe.sent' });
    }),
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
        ...(judged.counted === undefined ? {} : { failure: judged.counted.last }),
      };
    }),
    /** In a fleet an exit that was asked for is told too: what it was for is counted among the failures. */
    tellExitInFleet: enqueueActions(({ context, enqueue }, exited: ChildExited) => {
      const { counted, exit, verdict } = judge(context, exited);
      if (counted === undefined) return;
      const failure = counted.last;
      const why = context.stopReason === null ? {} : { stopReason: context.stopReason };
      enqueue.emit({ type: 'child.ended', exit, verdict, premature: false, failure, ...why });
    }),
    tellStopping: emit(
      ({ context }, params: { reason: StopReason; signal?: string | undefined }) => ({
        type: 'stop.began',
        reason: params.reason,
        pid: context.pid,
        signal: params.signal ?? null,
        ...(isSilentForGood({ ...context, stopReason: params.reason }) ? { isFinal: true } : {}),
      }),
    ),
    tellKill: emit(({ context }) => ({ type: 'child.killed', pid: context.pid })),
    tellAbandoned: emit(({ context }) => ({ type: 'child.abandoned', pid: context.pid })),
    tellEnd: emit(({ context }) => ({ type: 'tunnel.ended', end: endOf(context) })),
  },
});
