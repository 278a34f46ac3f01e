import { describe, expect, test } from 'vitest';
import {
  steppedTunnel,
  type SteppedTunnel,
} from '../../../test/properties/support/stepped-tunnel.ts';
import type { EndClass, TunnelInput, TunnelOutput } from './types.ts';

/** How to bring about each end, and its exit status under classic, 1.4 and 1.3. */
const ENDS: Record<
  EndClass,
  readonly [TunnelInput, (tunnel: SteppedTunnel) => void, readonly [0 | 1, 0 | 1, 0 | 1], string]
> = {
  'ssh-finished': [
    { gateSeconds: 0 },
    (tunnel) => tunnel.exit(0),
    [0, 0, 0],
    'ssh exited with status 0: it had done its work',
  ],
  'starts-used-up': [
    { gateSeconds: 0, maxStarts: 1 },
    (tunnel) => tunnel.exit(255),
    [0, 0, 0],
    'the maximum number of starts was reached',
  ],
  'lifetime-over': [
    { gateSeconds: 0, lifetimeSeconds: 5 },
    (tunnel) => {
      tunnel.advance(5000);
      tunnel.exit(0);
    },
    [0, 0, 0],
    'its maximum lifetime was over',
  ],
  'operator-stop': [
    { gateSeconds: 0 },
    (tunnel) => {
      tunnel.send({ type: 'tunnel.stop' });
      tunnel.exit(0);
    },
    [1, 1, 0],
    'it was told to stop',
  ],
  'premature-exit': [
    { gateSeconds: 30 },
    (tunnel) => tunnel.exit(255),
    [1, 1, 0],
    'the first ssh exited with status 255 within the gate time of 30 s',
  ],
  'bad-status': [
    { gateSeconds: 0 },
    (tunnel) => tunnel.exit(42),
    [1, 1, 0],
    'ssh exited with status 42, which is not a lost connection',
  ],
  'deliberate-signal': [
    { gateSeconds: 30 },
    (tunnel) => tunnel.exit('SIGINT'),
    [1, 1, 0],
    'ssh was killed by SIGINT: somebody meant it',
  ],
  'ssh-not-runnable': [
    { gateSeconds: 0 },
    (tunnel) => tunnel.refuseToRun('/no/ssh: Permission denied'),
    [1, 1, 1],
    '/no/ssh: Permission denied',
  ],
  'ssh-unstoppable': [
    { gateSeconds: 0 },
    (tunnel) => {
      tunnel.send({ type: 'tunnel.stop' });
      tunnel.advance(7000);
    },
    [1, 1, 0],
    'ssh (pid 1001) did not end after SIGKILL and was left behind',
  ],
};

const RULES = ['classic', 'autossh-1.4', 'autossh-1.3'] as const;

describe.each(Object.entries(ENDS))(
  'the end "%s"',
  (endClass, [input, act, statuses, sentence]) => {
    test.each(RULES)('under %s', (rules) => {
      const tunnel = steppedTunnel({ ...input, rules });
      act(tunnel);
      // Under 1.4 no signal is a deliberate one: ssh is started again.
      if (endClass === 'deliberate-signal' && rules === 'autossh-1.4') {
        expect(tunnel.states).toEqual(['gating', 'connecting']);
        return;
      }
      const exitStatus = statuses[RULES.indexOf(rules)];
      expect(tunnel.end).toEqual({ class: endClass, exitStatus, sentence });
      const isGood = ['ssh-finished', 'starts-used-up', 'lifetime-over', 'operator-stop'];
      expect(tunnel.state).toBe(isGood.includes(endClass) ? 'stopped' : 'failed');
    });

    test('is told last, and is the output as well as in the context', () => {
      const tunnel = steppedTunnel(input);
      act(tunnel);
      const { context, output, status } = tunnel.actor.getSnapshot();
      const end: TunnelOutput | undefined = output;
      expect(status).toBe('done');
      expect(context.end).toEqual(end);
      expect(tunnel.emitted.at(-1)).toEqual({ type: 'tunnel.ended', end });
    });
  },
);
