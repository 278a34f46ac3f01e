import { not } from 'xstate';
import { challengerEnded, challengerSetup } from './challenger-setup.ts';
import { stopFor } from '../stopping.ts';
import type { HostAnswered } from '../types.ts';

const HEARD_OF_PATH = {
  type: 'timeResume',
  params: ({ event }: { readonly event: HostAnswered }) => event,
} as const;

/**
 * A probe was missed: ssh is suspect, and not dead. It is asked on, and a second one, the challenger, is asked whether the path works.
 * Whoever answers first decides. If ssh has to go, a challenger that is there takes over.
 *
 * Inside `probing`, since a probe is always out.
 */
export const suspect = challengerSetup.createStateConfig({
  description: 'a probe was missed: ssh is asked on, and a second one is asked beside it',
  initial: 'choosing',
  entry: ['sendProbe', 'tellProbe'],
  after: {
    doubtTime: { actions: 'tellLastingSuspicion' },
    patience: stopFor('heartbeat-missed'),
  },
  on: {
    'heartbeat.missed': [
      {
        guard: { type: 'isSlow', params: ({ event }) => event },
        target: 'asking',
        actions: ['countMiss', 'endDoubt'],
      },
      {
        actions: [
          { type: 'countSilence', params: ({ event }) => event },
          { type: 'tellMiss', params: ({ event }) => event },
          'sendProbe',
          'tellProbe',
        ],
      },
    ],
    'child.exited': { ...challengerEnded, target: '.choosing' },
    'child.unrunnable': { ...challengerEnded, target: '.choosing' },
    // Asked before there was doubt, it says no more than the probe does.
    'check.failed': {},
  },
  states: {
    choosing: {
      description: 'what can be done about it',
      always: [
        { guard: 'lacksWitness', target: 'alone' },
        { guard: 'hasChallenger', target: 'calling.trying' },
        { guard: 'mustWait', target: 'waiting' },
        { target: 'calling' },
      ],
    },
    alone: {
      description: 'no second login can be had: only patience decides',
      after: { patienceAlone: stopFor('heartbeat-missed') },
      // One that was sent away earlier: its end makes patience no longer.
      on: { 'child.exited': challengerEnded, 'child.unrunnable': challengerEnded },
    },
    waiting: {
      description: 'the last challenger came to nothing; the next one waits',
      after: { challengerWait: 'calling' },
      on: {
        'host.answered': { target: 'resuming', actions: HEARD_OF_PATH },
        'network.changed': 'calling',
      },
    },
    resuming: {
      description: 'TCP will send again by itself',
      after: { resumeTime: { target: 'calling', actions: 'giveUpResume' } },
    },
    calling: {
      description: 'a challenger is asked for, or on its way',
      initial: 'asking',
      exit: 'tellSettled',
      states: {
        asking: {
          description: 'it waits for its turn',
          entry: 'askForChallenger',
          always: { guard: not('mustAsk'), target: 'trying' },
          on: {
            'challenger.granted': 'trying',
            'host.answered': {
              guard: 'mayResume',
              target: '#tunnel.running.probing.suspect.resuming',
              actions: HEARD_OF_PATH,
            },
          },
        },
        trying: {
          description: 'it connects and logs in',
          entry: 'challenge',
        },
      },
      on: {
        'child.ready': [
          {
            guard: { type: 'isSlowBeside', params: ({ event }) => event },
            target: '#tunnel.running.probing.asking',
            actions: 'endDoubt',
          },
          {
            guard: { type: 'isOfChallenger', params: ({ event }) => event },
            target: 'outvoted',
            actions: [{ type: 'rememberProof', params: ({ event }) => event }, 'tellProofOfPath'],
          },
        ],
      },
    },
    outvoted: {
      description: 'the challenger is in, and so the path works; the old ssh has its grace time',
      always: { guard: 'hasNoGraceLeft', ...stopFor('heartbeat-missed') },
      after: { silentGrace: stopFor('heartbeat-missed') },
    },
  },
});
