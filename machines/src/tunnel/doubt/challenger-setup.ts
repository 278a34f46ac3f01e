import { assign, emit, enqueueActions, sendTo } from 'xstate';
import {
  afterChallenge,
  afterDefeat,
  afterHostAnswer,
  afterMiss,
  afterProof,
  afterResume,
  afterSpawn,
  afterTakeOver,
  canTakeOver,
  defeatFact,
  isSlow,
  lacksWitness,
  mayDoubt,
} from './challenger.ts';
import { isOfChallenger, otherSlot } from './slots.ts';
import { tunnelSetup } from '../tunnel-setup.ts';
import type {
  ChildExited,
  ChildReady,
  ChildUnrunnable,
  HeartbeatMissed,
  HostAnswered,
  OfSlot,
} from '../types.ts';

/** How long a silent ssh still counts as healthy: a blip is not a death. */
const DOUBT_MS = 5000;

/** The words of the tunnel machine, with those about a silent ssh and the challenger beside it. */
export const challengerSetup = tunnelSetup.extend({
  guards: {
    isOfChallenger: ({ context }, event: OfSlot) => isOfChallenger(context, event),
    isSlow: ({ context }, missed: HeartbeatMissed) => isSlow(context, missed),
    mayDoubt: ({ context }) => mayDoubt(context),
    lacksWitness: ({ context }) => lacksWitness(context),
    hasChallenger: ({ context }) => context.challenger !== null,
    mustWait: ({ context }) => (context.doubt?.waitMs ?? 0) > 0,
    hasNoGraceLeft: ({ context }) => context.doubt?.graceMs === 0,
    mayResume: ({ context }) => context.doubt?.isOverdue !== true,
    isSlowBeside: ({ context }, ready: ChildReady) =>
      isOfChallenger(context, ready) && isSlow(context, ready),
    canTakeOver: ({ context }, exited: ChildExited) => canTakeOver(context, exited),
  },
  delays: {
    doubtTime: DOUBT_MS,
    patience: ({ context }) => context.settings.patienceSeconds * 1000,
    patienceAlone: ({ context }) => context.settings.patienceAloneSeconds * 1000,
    challengerWait: ({ context }) => context.doubt?.waitMs ?? 0,
    silentGrace: ({ context }) => context.doubt?.graceMs ?? 0,
    resumeTime: ({ context }) => context.doubt?.resumeMs ?? 0,
  },
  actions: {
    countSilence: assign(({ context }, missed: HeartbeatMissed) => afterMiss(context, missed)),
    rememberChallenger: assign(({ context }, spawned: { pid: number }) =>
      afterSpawn(context, spawned),
    ),
    timeResume: assign(({ context }, answered: HostAnswered) => afterHostAnswer(context, answered)),
    giveUpResume: assign(({ context }) => afterResume(context)),
    rememberProof: assign(({ context }, ready: ChildReady) => afterProof(context, ready)),
    rememberDefeat: assign(({ context }, end: ChildExited | ChildUnrunnable) =>
      afterDefeat(context, end),
    ),
    takeOver: assign(({ context }, exited: ChildExited) => afterTakeOver(context, exited)),

    challenge: enqueueActions(({ context, enqueue }) => {
      enqueue.assign(afterChallenge(context));
      enqueue.sendTo('sshChild', { type: 'child.challenge', slot: otherSlot(context) });
    }),
    /** ssh is not doubted any more: a challenger is not needed. */
    endDoubt: enqueueActions(({ context, enqueue }) => {
      const { challenger, doubt } = context;
      if (doubt !== null) {
        enqueue.emit({ type: 'suspicion.ended' });
        enqueue.assign({ doubt: null });
      }
      if (challenger === null || challenger.isLeaving) return;
      enqueue.assign({ challenger: { ...challenger, isLeaving: true } });
      enqueue.sendTo('sshChild', { type: 'child.dismiss', slot: otherSlot(context) });
    }),
    /** Who does not take over has no business beside an ssh that is being ended. */
    endChallenger: enqueueActions(({ context, enqueue }) => {
      const { challenger, stopReason } = context;
      if (challenger === null || stopReason === 'heartbeat-missed') return;
      enqueue.assign({ challenger: { ...challenger, isLeaving: true } });
      const slot = otherSlot(context);
      enqueue.sendTo('sshChild', { type: 'child.signal', slot, signal: 'SIGTERM' });
    }),
    adopt: sendTo('sshChild', ({ context }) => ({ type: 'child.adopt', slot: context.carrier })),

    tellSuspicion: emit((_, { reason }: { reason: string }) => ({
      type: 'suspicion.began',
      reason,
    })),
    tellLastingSuspicion: emit({ type: 'suspicion.lasts' }),
    askForChallenger: emit(({ context: { doubt } }) => ({
      type: 'challenger.asked',
      silentSinceMs: doubt?.silentSinceMs ?? null,
      isOverdue: doubt?.isOverdue === true,
    })),
    tellSettled: emit({ type: 'challenger.settled' }),
    tellChallenger: emit((_, { pid }: { pid: number }) => ({ type: 'challenger.started', pid })),
    tellProofOfPath: emit(({ context }) => ({
      type: 'challenger.ready',
      pid: context.challenger?.pid ?? null,
      graceMs: context.doubt?.graceMs ?? 0,
    })),
    tellDefeat: emit(({ context }, end: ChildExited | ChildUnrunnable) => defeatFact(context, end)),
    tellSwitch: emit(({ context }) => ({
      type: 'tunnel.switched',
      pid: context.pid,
      start: context.starts,
      maxStarts: context.settings.maxStarts,
    })),
  },
});

/** What an end of the challenger does wherever the tunnel is; in doubt it also decides what comes next. */
export const challengerEnded = {
  guard: { type: 'isOfChallenger', params: eventOf },
  actions: [
    { type: 'tellDefeat', params: eventOf },
    { type: 'rememberDefeat', params: eventOf },
  ],
} as const;

function eventOf({ event }: { readonly event: ChildExited | ChildUnrunnable }) {
  return event;
}
