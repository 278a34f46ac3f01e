import { TAKES_PROBES } from '../rules/untaken-probes.ts';
import { endOf } from './ends.ts';
import { NO_FAILURES } from './failures.ts';
import { running } from './running.ts';
import { completeSettings } from './settings.ts';
import { challengerSetup } from './doubt/challenger-setup.ts';

/**
 * One supervised ssh: the state chart of a tunnel.
 *
 * What always holds (the laws in `test/properties` try to break it):
 * - never two ssh with forwards at once: `running` is left only when ssh has ended, could not be started, or was abandoned; a challenger
 *   beside it has none before it has ended; and after an abandoned ssh there is no further start;
 * - a stop always wins, and is bounded by the TERM grace plus the KILL grace;
 * - no start inside the grace time unless an operator or a change of the network asked for it;
 * - a final state starts nothing.
 *
 * The holes `sshChild` and `heartbeat` are filled with `tunnelMachine.provide({ actors })`, once.
 */
export const tunnelMachine = challengerSetup.createMachine({
  id: 'tunnel',
  description: 'Keeps one ssh up',
  context: ({ input }) => {
    const settings = completeSettings(input);
    return {
      settings,
      starts: 0,
      tries: 0,
      misses: 0,
      doubt: null,
      carrier: 'a',
      challenger: null,
      hasWitness: true,
      unsent: null,
      hasLoggedIn: false,
      firstProbe: 'due',
      untaken: TAKES_PROBES,
      probes: settings.hasHeartbeat,
      failures: NO_FAILURES,
      roundTrip: null,
      provedAtMs: null,
      answeredAtMs: null,
      pid: null,
      startedAtMs: 0,
      stopReason: null,
      end: null,
    };
  },
  output: ({ context }) => endOf(context),
  initial: 'backoff',
  on: { 'settings.changed': { actions: { type: 'adjust', params: ({ event }) => event } } },
  after: { lifetime: { guard: 'hasLifetime', actions: 'endLifetime' } },
  states: {
    backoff: {
      description:
        'no ssh runs; the grace time (which may be 0) goes by, then the start may have to be granted',
      entry: 'tellBackoff',
      initial: 'waiting',
      states: {
        waiting: {
          description: 'the grace time goes by',
          always: [
            {
              guard: 'hasNoStartsLeft',
              target: '#tunnel.stopped',
              actions: {
                type: 'rememberEnd',
                params: {
                  class: 'starts-used-up',
                  sentence: 'the maximum number of starts was reached',
                },
              },
            },
            { guard: 'hasNoGrace', target: 'due' },
          ],
          after: { graceTime: 'due' },
          on: {
            'tunnel.retry': 'due',
            'tunnel.restart': { target: 'due', actions: 'askAnew' },
            'network.changed': 'due',
            'host.answered': { guard: 'waitsForHost', target: 'due' },
            'credentials.changed': { guard: 'waitsForCredentials', target: 'due' },
          },
        },
        due: {
          description: 'the next start is due',
          always: [{ guard: 'mustAsk', target: 'asking' }, { target: '#tunnel.running' }],
        },
        asking: {
          description:
            'the start waits to be granted: for other tunnels, or for its turn at the host',
          entry: 'askForStart',
          on: { 'start.granted': '#tunnel.running' },
        },
      },
      on: {
        'tunnel.stop': {
          target: 'stopped',
          actions: [
            {
              type: 'tellStopping',
              params: ({ event }) => ({ reason: 'operator-stop', signal: event.signal }),
            },
            {
              type: 'rememberEnd',
              params: { class: 'operator-stop', sentence: 'it was told to stop' },
            },
          ],
        },
        'lifetime.over': {
          target: 'stopped',
          actions: {
            type: 'rememberEnd',
            params: { class: 'lifetime-over', sentence: 'its maximum lifetime was over' },
          },
        },
      },
    },
    running,
    stopped: { description: 'ended on purpose', type: 'final', entry: 'tellEnd' },
    failed: { description: 'gave up', type: 'final', entry: 'tellEnd' },
  },
});

/** The tunnel machine's type: for `ActorRefFrom`, `SnapshotFrom` and the like. */
export type TunnelMachine = typeof tunnelMachine;
