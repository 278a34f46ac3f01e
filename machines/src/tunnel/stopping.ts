import { not } from 'xstate';
import { challengerEnded, challengerSetup } from './doubt/challenger-setup.ts';
import type { StopReason } from './types.ts';

/** ssh was told to go and has not gone yet: TERM, then KILL, then abandoned and reported. */
export const stopping = challengerSetup.createStateConfig({
  description: 'ssh was told to go and has not gone yet',
  initial: 'terminating',
  entry: 'endChallenger',
  on: {
    'child.exited': [
      challengerEnded,
      {
        guard: 'isStoppingForGood',
        target: '#tunnel.stopped',
        actions: {
          type: 'rememberEnd',
          params: { class: 'operator-stop', sentence: 'it was told to stop' },
        },
      },
      {
        guard: 'isLifetimeOver',
        target: '#tunnel.stopped',
        actions: {
          type: 'rememberEnd',
          params: { class: 'lifetime-over', sentence: 'its maximum lifetime was over' },
        },
      },
      {
        guard: { type: 'canTakeOver', params: ({ event }) => event },
        target: '#tunnel.running.unproven.connecting',
        actions: [
          { type: 'tellExitInFleet', params: ({ event }) => event },
          { type: 'takeOver', params: ({ event }) => event },
          'adopt',
          'tellSwitch',
        ],
      },
      {
        guard: { type: 'shouldRestart', params: ({ event }) => event },
        target: '#tunnel.backoff',
        actions: [
          { type: 'tellExitInFleet', params: ({ event }) => event },
          { type: 'countTry', params: ({ event }) => event },
        ],
      },
      {
        target: '#tunnel.failed',
        actions: [
          { type: 'tellExitInFleet', params: ({ event }) => event },
          { type: 'rememberExitAsEnd', params: ({ event }) => event },
        ],
      },
    ],
    // The first reason stands; only a stop, or the end of the lifetime, outranks a restart.
    'tunnel.restart': {},
    'network.changed': {},
    'heartbeat.answered': {},
    'heartbeat.missed': {},
    'heartbeat.impossible': {},
    'heartbeat.unsent': {},
    'forward.refused': {},
    'check.failed': {},
    'child.ready': [
      {
        guard: { type: 'isOfChallenger', params: ({ event }) => event },
        actions: { type: 'rememberProof', params: ({ event }) => event },
      },
      {},
    ],
    'lifetime.over': [
      {
        guard: not('isStoppingForGood'),
        actions: [
          { type: 'rememberStopReason', params: { reason: 'lifetime-over' } },
          'endChallenger',
        ],
      },
      // Without this, `running` would answer it, and the stop would begin anew.
      {},
    ],
    'tunnel.stop': {
      actions: [
        { type: 'rememberStopReason', params: { reason: 'operator-stop' } },
        'endChallenger',
      ],
    },
  },
  states: {
    terminating: {
      description: 'ssh has got SIGTERM',
      entry: 'terminateChild',
      after: { termGraceTime: 'killing' },
      // Somebody is in a hurry: the second stop does not wait for the grace time.
      on: { 'tunnel.stop': { guard: 'isStoppingForGood', target: 'killing' } },
    },
    killing: {
      description: 'ssh has got SIGKILL',
      entry: ['killChild', 'tellKill'],
      after: {
        killGraceTime: {
          target: '#tunnel.failed',
          actions: ['tellAbandoned', 'rememberAbandonedChild'],
        },
      },
    },
  },
});

/** ssh has to go, for this reason alone. */
export function stopFor<TReason extends StopReason>(reason: TReason) {
  return {
    target: '#tunnel.running.stopping',
    actions: [
      { type: 'rememberStopReason', params: { reason } },
      { type: 'tellStopping', params: { reason } },
    ],
  } as const;
}
