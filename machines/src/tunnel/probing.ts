import { challengerSetup } from './doubt/challenger-setup.ts';
import { stopFor } from './stopping.ts';
import { suspect } from './doubt/suspect.ts';

const DEATH = stopFor('heartbeat-missed');

/** A probe is out. While none was missed, all is as usual; after a miss of an ssh that was proved there is doubt. */
export const probing = challengerSetup.createStateConfig({
  description: 'a probe is out',
  initial: 'asking',
  on: {
    'heartbeat.answered': {
      target: 'healthy',
      actions: [
        'tellSent',
        'tellProof',
        'endDoubt',
        { type: 'rememberAnswer', params: ({ event }) => event },
        'tellAnswer',
      ],
    },
    // As before the probe; if nothing was proved yet, `running` answers.
    'heartbeat.unsent': {
      guard: 'isProved',
      target: 'healthy',
      actions: [
        'endDoubt',
        { type: 'tellUnsent', params: ({ event }) => event },
        { type: 'rememberUnsent', params: ({ event }) => event },
      ],
    },
  },
  states: {
    asking: {
      description: 'the last answer came in time',
      entry: ['sendProbe', 'tellProbe'],
      on: {
        'heartbeat.missed': [
          {
            guard: { type: 'isSlow', params: ({ event }) => event },
            target: 'asking',
            reenter: true,
            actions: ['tellSent', 'countMiss'],
          },
          {
            guard: 'mayDoubt',
            target: 'suspect',
            actions: [
              'tellSent',
              { type: 'countSilence', params: ({ event }) => event },
              { type: 'tellMiss', params: ({ event }) => event },
              { type: 'tellSuspicion', params: ({ event }) => event },
            ],
          },
          {
            guard: 'hasMissesLeft',
            target: 'asking',
            reenter: true,
            actions: ['tellSent', 'countMiss', { type: 'tellMiss', params: ({ event }) => event }],
          },
          {
            guard: 'isDeath',
            ...DEATH,
            actions: [
              'tellSent',
              { type: 'tellMiss', params: ({ event }) => event },
              ...DEATH.actions,
            ],
          },
          // ssh carries traffic, as far as it tells: to have asked it must not be its end.
          {
            target: '#tunnel.running.healthy',
            actions: [
              { type: 'tellMiss', params: ({ event }) => event },
              'leaveUnasked',
              'tellLeftOut',
            ],
          },
        ],
      },
    },
    suspect,
  },
});
