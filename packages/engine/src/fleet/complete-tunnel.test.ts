import { RULE_SETS, RuleSetError, UNLIMITED_STARTS, type RuleSetName } from '@holdfast/machines';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { forwardOf, specOf } from '../testing/tunnel-specs.ts';
import { specChange } from './changes.ts';
import { completeTunnels } from './complete-tunnel.ts';
import type { FleetTunnel, ManagedSpec } from './fleet-tunnel.ts';
import { FleetError } from './fleet.ts';
import type { TunnelSpec } from './tunnel-spec.ts';

const LEAST: FleetTunnel = { name: 'db', host: 'bastion' };

function complete(tunnel: FleetTunnel, ruleSet?: RuleSetName): ManagedSpec {
  return completeTunnels([tunnel], ruleSet)[0]!;
}

describe('a tunnel of a program', () => {
  test('needs a name and a host; the rest is by default', () => {
    expect(complete(LEAST)).toEqual({
      name: 'db',
      host: 'bastion',
      forwards: [],
      options: [],
      tags: [],
      after: [],
      heartbeat: 'mux',
      pollMs: 5000,
      challenge: true,
      patienceMs: null,
      release: false,
      checks: [],
      rules: { gateMs: 0, maxStarts: UNLIMITED_STARTS, restart: 'unlimited' },
      enabled: true,
      required: true,
      ruleSet: undefined,
    });
  });

  test('that is whole, as a file says it, stays as it is', () => {
    const spec = specOf({ tags: ['work'], pollMs: 100, enabled: false });
    expect(complete(spec)).toEqual({ ...spec, ruleSet: undefined });
  });

  test('with a field that is undefined has its default', () => {
    expect(complete({ ...LEAST, pollMs: undefined as never, local: undefined }).pollMs).toBe(5000);
  });

  test('has its forwards as ssh takes them, behind those that were read before', () => {
    const given = forwardOf('local', '1:a:2');
    const spec = complete({
      ...LEAST,
      forwards: [given],
      local: ['3:b:4'],
      remote: ['5:c:6'],
      socks: ['1080'],
    });
    expect(spec.forwards).toEqual([
      given,
      forwardOf('local', '3:b:4'),
      forwardOf('remote', '5:c:6'),
      forwardOf('socks', '1080'),
    ]);
    expect(Object.keys(spec)).not.toContain('local');
  });

  test('goes by its own rule set, or else by the fleet’s', () => {
    expect(complete(LEAST, 'autossh-1.4').ruleSet).toBe('autossh-1.4');
    expect(complete({ ...LEAST, ruleSet: 'classic' }, 'autossh-1.4').ruleSet).toBe('classic');
    expect(complete({ ...LEAST, ruleSet: undefined }, 'autossh-1.4').ruleSet).toBe('autossh-1.4');
  });
});

describe('is refused as invalid-tunnel, with a sentence:', () => {
  test.each<[what: string, tunnels: readonly FleetTunnel[], sentence: string]>([
    ['a name that another has', [LEAST, LEAST], 'tunnel "db": another tunnel has the same name: choose another'],
    ['no name', [{ ...LEAST, name: '' }], 'tunnel "": it has no name: give it one'],
    ['a host that is an option, or nothing', [{ ...LEAST, host: '-oProxyCommand=x' }], 'tunnel "db": its host is "-oProxyCommand=x": it must be a host, such as me@bastion'],
    ['a host that is an option, or nothing', [{ ...LEAST, host: '' }], 'tunnel "db": its host is "": it must be a host, such as me@bastion'],
    ['a forward that ssh would not take', [{ ...LEAST, local: ['5432'] }], 'tunnel "db": its local forward "5432" '],
    ['options that send ssh to the background', [{ ...LEAST, options: ['-4f'] }], 'tunnel "db": its options send ssh to the background'],
    ['options that send ssh to the background', [{ ...LEAST, options: ['-o', 'ControlPersist=1m'] }], 'tunnel "db": its options send ssh to the background'],
    ['a heartbeat that cannot probe', [{ ...LEAST, heartbeat: {} as never }], 'tunnel "db": its heartbeat has no function probe: see CustomHeartbeat'],
  ])('%s', (_, tunnels, sentence) => {
    const refuse = () => completeTunnels(tunnels, undefined);
    expect(refuse).toThrow(FleetError);
    expect(refuse).toThrow(sentence);
    expect(refuse).toThrow(expect.objectContaining({ code: 'invalid-tunnel' }));
  }); // prettier-ignore

  test('a rule set that is not whole', () => {
    const { exits: _gone, ...rest } = RULE_SETS.classic;
    expect(() => complete({ ...LEAST, ruleSet: rest as never })).toThrow(RuleSetError);
  });
});

describe('a changed list', () => {
  const heartbeat = { probe: () => [] };

  test('leaves a tunnel alone whose heartbeat is the same object', () => {
    const change = specChange(complete({ ...LEAST, heartbeat }), complete({ ...LEAST, heartbeat }));
    expect(change.isChange).toBe(false);
  });

  test.each<[what: string, more: Partial<FleetTunnel>]>([
    ['another heartbeat', { heartbeat: { probe: () => [] } }],
    ['a heartbeat by name', { heartbeat: 'none' }],
    ['another rule set', { heartbeat, ruleSet: { ...RULE_SETS.holdfast, name: 'mine' } }],
  ])('with %s needs a new ssh', (_, more) => {
    const change = specChange(complete({ ...LEAST, heartbeat }), complete({ ...LEAST, ...more }));
    expect(change.needsRestart).toBe(true);
  });
});

test('what a file says can be given to a fleet as it is, and its heartbeat is a name', () => {
  expectTypeOf<TunnelSpec>().toExtend<FleetTunnel>();
  expectTypeOf<TunnelSpec['heartbeat']>().toEqualTypeOf<'mux' | 'loop' | 'echo' | 'none'>();
  expectTypeOf<{ readonly name: string }>().not.toExtend<FleetTunnel>();
});
