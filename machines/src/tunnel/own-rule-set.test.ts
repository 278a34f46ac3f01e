import fc from 'fast-check';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { createActor } from 'xstate';
import { demand, runSchedule, type Law } from '../../../test/properties/support/laws.ts';
import { randomSchedule, randomSettings } from '../../../test/properties/support/schedules.ts';
import {
  steppedTunnel,
  type SteppedTunnel,
} from '../../../test/properties/support/stepped-tunnel.ts';
import { stepTunnel } from '../../../test/properties/support/steps.ts';
import { RULE_SETS, type RuleSet, type RuleSetName } from '../rules/rule-set.ts';
import { completeSettings, rulesOf } from './settings.ts';
import { tunnelMachine } from './tunnel-machine.ts';
import type { TunnelInput, TunnelSettings } from './types.ts';

const NAMES = Object.keys(RULE_SETS) as readonly RuleSetName[];

/** A tunnel beside another: does the same steps, and must come to the same. */
function mustMatch(twin: SteppedTunnel): Law {
  return {
    after({ tunnel }, step) {
      if (step !== undefined) stepTunnel(step, twin);
      const [one, other] = [tunnel, twin].map(({ emitted, states, probes }) =>
        JSON.stringify({ emitted, states, probes }),
      );
      demand(one === other, `the twin told ${other}\nand the tunnel ${one}`);
    },
  };
}

describe('a rule set that is given as an object', () => {
  test.each(NAMES)('decides as %s if it is equal to it, under random schedules', (name) => {
    const schedules = fc.property(randomSettings(name), randomSchedule(), (settings, schedule) =>
      runSchedule(settings, schedule, mustMatch(steppedTunnel(withOwn(settings, name), false))),
    );
    fc.assert(schedules, { numRuns: 60 });
  });

  test('decides by its own table', () => {
    const { holdfast } = RULE_SETS;
    const zero = { ...holdfast.exits.zero, noGate: 'stop' } as const;
    const rules = { ...holdfast, name: 'errands', exits: { ...holdfast.exits, zero } };
    const tunnel = steppedTunnel({ rules, gateSeconds: 0 });
    tunnel.exit(0);
    expect(tunnel.state).toBe('stopped');
    expect(steppedEnd('holdfast')).toBe('backoff');
  });

  test.each([
    ['status 0', { status: 0, signal: null }, 'ssh exited with status 0: it had done its work'],
    [
      'another status',
      { status: 3, signal: null },
      'ssh exited with status 3: by its rules it had done its work',
    ],
    [
      'a signal',
      { status: null, signal: 'SIGHUP' },
      'ssh was killed by SIGHUP: by its rules it had done its work',
    ],
  ])('can call any end done, under rules that look at failures, too: %s', (_, exit, sentence) => {
    const { holdfast } = RULE_SETS;
    const done = { inGate: 'stop', afterGate: 'stop', noGate: 'stop', later: 'stop' } as const;
    const exits = { ...holdfast.exits, zero: done, other: done, otherSignal: done };
    const tunnel = steppedTunnel({ rules: { ...holdfast, name: 'once', exits }, gateSeconds: 0 });
    tunnel.send({ type: 'child.exited', ...exit, atMs: 0 });
    expect(tunnel.end).toEqual({ class: 'ssh-finished', exitStatus: 0, sentence });
    expect(tunnel.state).toBe('stopped');
  });

  test('that fails on a status says so, and calls nothing hopeless', () => {
    const { holdfast, classic } = RULE_SETS;
    const rules = { ...holdfast, name: 'strict', exits: classic.exits };
    const tunnel = steppedTunnel({ rules, gateSeconds: 0 });
    tunnel.exit(3);
    expect(tunnel.end?.class).toBe('bad-status');
  });

  test('is plain data in the context: a tunnel goes on under it after it was put away', () => {
    const input = { rules: { ...RULE_SETS['autossh-1.3'], name: 'old' } };
    const first = createActor(tunnelMachine, { input });
    const kept = JSON.parse(JSON.stringify(first.getPersistedSnapshot())) as never;
    const second = createActor(tunnelMachine, { input, snapshot: kept });
    expect(rulesOf(second.getSnapshot().context.settings)).toEqual(input.rules);
  });

  test('is refused at once if a field of it is wrong', () => {
    const rules = { ...RULE_SETS.classic, graceRounding: 'up' } as unknown as RuleSet;
    expect(() => completeSettings({ rules })).toThrow('the field graceRounding of the rule set');
    expect(() => completeSettings({ rules: 'clasic' as RuleSetName })).toThrow('"clasic"');
  });

  test('has its place in the types', () => {
    expectTypeOf<TunnelInput['rules']>().toEqualTypeOf<RuleSetName | RuleSet | undefined>();
    expectTypeOf<RuleSet['name']>().toBeString();
    expectTypeOf(rulesOf).returns.toEqualTypeOf<RuleSet>();
  });
});

function withOwn(settings: TunnelSettings, name: RuleSetName): TunnelSettings {
  return { ...settings, rules: structuredClone(RULE_SETS[name]) };
}

function steppedEnd(rules: RuleSetName): string {
  const tunnel = steppedTunnel({ rules, gateSeconds: 0 });
  tunnel.exit(0);
  return tunnel.state;
}
