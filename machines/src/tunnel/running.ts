import { not } from 'xstate';
import { challengerEnded, challengerSetup } from './doubt/challenger-setup.ts';
import { probing } from './probing.ts';
import { stopFor, stopping } from './stopping.ts';
import type { ChildInput, TunnelContext } from './types.ts';

/** What the actors of one ssh are told at their start. */
function childInput({ settings, starts }: TunnelContext): ChildInput {
  return { tunnel: settings.name, start: starts };
}

/** One ssh runs: from its start to its end. Leaving this state means that ssh is gone. */
export const running = challengerSetup.createStateConfig({
  description: 'one ssh runs',
  initial: 'unproven',
  entry: ['countStart', 'tellStart'],
  invoke: [
    { id: 'sshChild', src: 'sshChild', input: ({ context }) => childInput(context) },
    { id: 'heartbeat', src: 'heartbeat', input: ({ context }) => childInput(context) },
  ],
  on: {
    'child.spawned': [
      {
        guard: { type: 'isOfChallenger', params: ({ event }) => event },
        actions: [
          { type: 'rememberChallenger', params: ({ event }) => event },
          { type: 'tellChallenger', params: ({ event }) => event },
        ],
      },
      {
        actions: [
          { type: 'rememberChild', params: ({ event }) => event },
          { type: 'tellChild', params: ({ event }) => event },
          'tellLeftOut',
        ],
      },
    ],
    'child.exited': [
      challengerEnded,
      {
        guard: { type: 'canTakeOver', params: ({ event }) => event },
        target: '.unproven.connecting',
        actions: [
          { type: 'tellExit', params: ({ event }) => event },
          { type: 'takeOver', params: ({ event }) => event },
          'adopt',
          'tellSwitch',
        ],
      },
      {
        guard: { type: 'shouldRestart', params: ({ event }) => event },
        target: 'backoff',
        actions: [
          { type: 'tellExit', params: ({ event }) => event },
          { type: 'countTry', params: ({ event }) => event },
        ],
      },
      {
        guard: { type: 'isCleanExit', params: ({ event }) => event },
        target: 'stopped',
        actions: [
          { type: 'tellExit', params: ({ event }) => event },
          { type: 'rememberExitAsEnd', params: ({ event }) => event },
        ],
      },
      {
        target: 'failed',
        actions: [
          { type: 'tellExit', params: ({ event }) => event },
          { type: 'rememberExitAsEnd', params: ({ event }) => event },
        ],
      },
    ],
    'child.unrunnable': [
      challengerEnded,
      {
        guard: { type: 'mayRunLater', params: ({ event }) => event },
        target: 'backoff',
        actions: { type: 'countUnrunnable', params: ({ event }) => event },
      },
      {
        target: 'failed',
        actions: { type: 'rememberUnrunnableAsEnd', params: ({ event }) => event },
      },
    ],
    'heartbeat.impossible': {
      // Never back into `gating`: the gate time counts from the start of ssh, not from here.
      target: '.unproven.connecting',
      actions: [
        'endDoubt',
        'giveUpProbing',
        { type: 'tellImpossible', params: ({ event }) => event },
      ],
    },
    'heartbeat.unsent': {
      guard: 'isUnproved',
      target: '.unproven.connecting',
      actions: [
        { type: 'tellUnsent', params: ({ event }) => event },
        { type: 'rememberUnsent', params: ({ event }) => event },
      ],
    },
    'forward.refused': {
      target: '.stopping',
      actions: [
        { type: 'rememberStopReason', params: { reason: 'forward-refused' } },
        { type: 'rememberFailure', params: ({ event }) => event },
        { type: 'tellStopping', params: { reason: 'forward-refused' } },
      ],
    },
    'check.failed': {
      target: '.stopping',
      actions: [
        { type: 'rememberStopReason', params: { reason: 'check-failed' } },
        {
          type: 'rememberFailure',
          params: ({ event }) => ({ failure: { class: 'dropped', sentence: event.reason } }),
        },
        { type: 'tellStopping', params: { reason: 'check-failed' } },
      ],
    },
    'lifetime.over': stopFor('lifetime-over'),
    'tunnel.restart': stopFor('operator-restart'),
    'tunnel.stop': {
      target: '.stopping',
      actions: [
        { type: 'rememberStopReason', params: { reason: 'operator-stop' } },
        {
          type: 'tellStopping',
          params: ({ event }) => ({ reason: 'operator-stop', signal: event.signal }),
        },
      ],
    },
  },
  states: {
    unproven: {
      description: 'ssh runs and has not yet proved that it carries traffic',
      initial: 'gating',
      after: {
        proofTime: [
          { guard: 'awaitsLogin', ...stopFor('login-timed-out') },
          { guard: 'hasProbes', target: 'probing', actions: 'countProbe' },
          { target: 'healthy', actions: ['tellProof', 'believeAfterUptime'] },
        ],
      },
      on: {
        // What goes on before the login neither hurries it nor gives it more time; so nothing here about `network.changed`.
        'heartbeat.impossible': {
          guard: 'awaitsLogin',
          actions: ['giveUpProbing', { type: 'tellImpossible', params: ({ event }) => event }],
        },
        'child.ready': [
          // One that was sent away: it proves nothing of the ssh that is expected to connect.
          { guard: { type: 'isOfChallenger', params: ({ event }) => event } },
          {
            guard: 'hasProbes',
            target: 'probing',
            actions: ['rememberLogin', 'countProbe', 'tellReady'],
          },
          {
            target: 'healthy',
            actions: [
              'rememberLogin',
              'tellReady',
              'tellProof',
              { type: 'believe', params: ({ event }) => event },
            ],
          },
        ],
      },
      states: {
        gating: {
          description: 'the first ssh is younger than the gate time',
          always: { guard: not('hasGate'), target: 'connecting' },
          after: { gateTime: 'connecting' },
        },
        connecting: { description: 'ssh is expected to connect' },
      },
    },
    healthy: {
      description: 'ssh has proved that it carries traffic, and no probe is out',
      after: {
        pollTime: [
          { guard: 'hasProbes', target: 'probing' },
          {
            guard: 'onTrial',
            target: 'healthy',
            reenter: true,
            actions: ['passTrial', 'tellLeftOut'],
          },
          {
            guard: 'mayRetry',
            target: 'probing',
            actions: ['retryProbes', 'countProbe', 'tellLeftOut'],
          },
        ],
      },
      on: {
        'network.changed': { guard: 'hasProbes', target: 'probing' },
        'tunnel.probe': { guard: 'hasProbes', target: 'probing' },
      },
    },
    probing,
    stopping,
  },
});
