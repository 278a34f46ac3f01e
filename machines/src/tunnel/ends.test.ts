import { describe, expect, test } from 'vitest';
import {
  steppedTunnel,
  type SteppedTunnel,
} from '../../../test/properties/support/stepped-tunnel.ts';
import type { EndClass, FailureReport, TunnelInput, TunnelOutput } from './types.ts';

const USAGE: FailureReport = {
  class: 'usage',
  sentence: 'ssh knows no such option: -Z',
  remedy: 'take it out of options',
};

/** An exit status; or no end at all, since these rules go on. */
type Status = 0 | 1 | 'goes on';

/** How to bring about each end, and its exit status under classic, 1.4, 1.3 and the rules of fleets. */
const ENDS: Record<
  EndClass,
  readonly [
    TunnelInput,
    (tunnel: SteppedTunnel) => void,
    readonly [Status, Status, Status, Status],
    string,
  ]
> = {
  'ssh-finished': [
    { gateSeconds: 0 },
    (tunnel) => tunnel.exit(0),
    [0, 0, 0, 'goes on'],
    'ssh exited with status 0: it had done its work',
  ],
  'starts-used-up': [
    { gateSeconds: 0, maxStarts: 1 },
    (tunnel) => tunnel.exit(255),
    [0, 0, 0, 0],
    'the maximum number of starts was reached',
  ],
  'lifetime-over': [
    { gateSeconds: 0, lifetimeSeconds: 5 },
    (tunnel) => {
      tunnel.advance(5000);
      tunnel.exit(0);
    },
    [0, 0, 0, 0],
    'its maximum lifetime was over',
  ],
  'operator-stop': [
    { gateSeconds: 0 },
    (tunnel) => {
      tunnel.send({ type: 'tunnel.stop' });
      tunnel.exit(0);
    },
    [1, 1, 0, 1],
    'it was told to stop',
  ],
  'premature-exit': [
    { gateSeconds: 30 },
    (tunnel) => tunnel.exit(255),
    [1, 1, 0, 1],
    'the first ssh exited with status 255 within the gate time of 30 s',
  ],
  'bad-status': [
    { gateSeconds: 0 },
    (tunnel) => tunnel.exit(42),
    [1, 1, 0, 'goes on'],
    'ssh exited with status 42, which is not a lost connection',
  ],
  'connection-silent': [
    { gateSeconds: 0, hasHeartbeat: true, restartsWhenSilent: false },
    (tunnel) => {
      tunnel.advance(600_000);
      tunnel.beat({ type: 'heartbeat.missed', reason: 'no answer' });
      tunnel.exit(0);
    },
    [1, 1, 0, 1],
    'the connection does not answer any more, and ssh is not to be started again for that',
  ],
  'ended-at-probe': [
    { gateSeconds: 0, hasHeartbeat: true, restartsWhenSilent: false },
    (tunnel) => {
      tunnel.advance(600_000);
      tunnel.exit(255);
    },
    [1, 1, 0, 1],
    'ssh ended while its first probe was out, and is not to be started again for that',
  ],
  'deliberate-signal': [
    { gateSeconds: 30 },
    (tunnel) => tunnel.exit('SIGINT'),
    [1, 'goes on', 0, 'goes on'],
    'ssh was killed by SIGINT: somebody meant it',
  ],
  'ssh-not-runnable': [
    { gateSeconds: 0 },
    (tunnel) => tunnel.refuseToRun('/no/ssh: Permission denied'),
    [1, 1, 1, 1],
    '/no/ssh: Permission denied',
  ],
  'ssh-unstoppable': [
    { gateSeconds: 0 },
    (tunnel) => {
      tunnel.send({ type: 'tunnel.stop' });
      tunnel.advance(7000);
    },
    [1, 1, 0, 1],
    'ssh (pid 1001) did not end after SIGKILL and was left behind',
  ],
  hopeless: [
    { gateSeconds: 0 },
    (tunnel) => tunnel.exit(255, { failure: USAGE }),
    ['goes on', 'goes on', 'goes on', 1],
    'ssh knows no such option: -Z',
  ],
  'restarts-too-frequent': [
    { gateSeconds: 0, restartIntensity: { starts: 0, periodMs: 60_000 } },
    (tunnel) => tunnel.exit(255, { failure: { class: 'unreachable', sentence: 'no route' } }),
    ['goes on', 'goes on', 'goes on', 1],
    'more than 0 restarts within 60 s, at last because: no route',
  ],
};

const RULES = ['classic', 'autossh-1.4', 'autossh-1.3', 'holdfast'] as const;

const GOOD: readonly string[] = [
  'ssh-finished',
  'starts-used-up',
  'lifetime-over',
  'operator-stop',
];

describe.each(Object.entries(ENDS))(
  'the end "%s"',
  (endClass, [input, act, statuses, sentence]) => {
    test.each(RULES)('under %s', (rules) => {
      const tunnel = steppedTunnel({ ...input, rules });
      act(tunnel);
      const exitStatus = statuses[RULES.indexOf(rules)]!;
      if (exitStatus === 'goes on') {
        expect(tunnel.end).toBeUndefined();
        // Started again, or waiting for that: under 1.4 and in a fleet no signal is a deliberate one, for example.
        const states = input.gateSeconds === 0 ? ['connecting'] : ['gating'];
        const next = rules === 'holdfast' ? 'backoff' : 'connecting';
        expect(tunnel.states).toEqual([...states, next]);
        return;
      }
      // Nobody read ssh's last words: in a fleet that is said too.
      const isUnread = rules === 'holdfast' && endClass === 'premature-exit';
      const unread = isUnread ? ': ssh ended, and nobody read why' : '';
      expect(tunnel.end).toEqual({ class: endClass, exitStatus, sentence: sentence + unread });
      expect(tunnel.state).toBe(GOOD.includes(endClass) ? 'stopped' : 'failed');
    });

    test('is told last, and is the output as well as in the context', () => {
      const rules = RULES[statuses.findIndex((status) => status !== 'goes on')]!;
      const tunnel = steppedTunnel({ ...input, rules });
      act(tunnel);
      const { context, output, status } = tunnel.actor.getSnapshot();
      const end: TunnelOutput | undefined = output;
      expect(status).toBe('done');
      expect(context.end).toEqual(end);
      expect(tunnel.emitted.at(-1)).toEqual({ type: 'tunnel.ended', end });
    });
  },
);

describe('in a fleet', () => {
  test('the first end inside the gate time says what ssh said', () => {
    const tunnel = steppedTunnel({ rules: 'holdfast', gateSeconds: 30 });
    tunnel.exit(255, { failure: USAGE });
    expect(tunnel.end).toEqual({
      class: 'premature-exit',
      exitStatus: 1,
      sentence:
        'the first ssh exited with status 255 within the gate time of 30 s: ssh knows no such option: -Z',
    });
  });

  test('an ssh that was told to go is not called premature', () => {
    const restartIntensity = { starts: 0, periodMs: 60_000 };
    const tunnel = steppedTunnel({ rules: 'holdfast', gateSeconds: 30, restartIntensity });
    tunnel.refuseForward({ class: 'remote-port-held', sentence: 'port 8080 is held' });
    tunnel.exit(255);
    expect(tunnel.end).toMatchObject({
      class: 'restarts-too-frequent',
      sentence: 'more than 0 restarts within 60 s, at last because: port 8080 is held',
    });
  });

  test('what is hopeless is called so, also if there were too many restarts', () => {
    const restartIntensity = { starts: 0, periodMs: 60_000 };
    const tunnel = steppedTunnel({ rules: 'holdfast', gateSeconds: 0, restartIntensity });
    tunnel.exit(255, { failure: USAGE });
    expect(tunnel.end).toMatchObject({ class: 'hopeless', sentence: USAGE.sentence });
  });
});
