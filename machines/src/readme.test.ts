import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { AnyStateNode } from 'xstate';
import { DEFAULT_SETTINGS } from './tunnel/settings.ts';
import { TUNNEL_STATES } from './tunnel/selectors.ts';
import { tunnelMachine } from './tunnel/tunnel-machine.ts';
import type { TunnelEmitted } from './tunnel/facts.ts';
import type { ChildCommand, EndClass, HeartbeatCommand, TunnelEvent } from './tunnel/types.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const [, drawn] =
  /<!-- diagram -->\n\n```mermaid\n(.*)\n```\n\n<!-- \/diagram -->/s.exec(readme) ?? [];
/** What the README says in its own words: all but the diagram. */
const prose = readme.replace(drawn ?? '', '');

/** All names of a union, checked by the compiler: one too few or too many does not compile. */
function namesOf<TName extends string>(names: Record<TName, true>): readonly string[] {
  return Object.keys(names);
}

function statesIn(node: AnyStateNode): readonly AnyStateNode[] {
  return [node, ...Object.values(node.states).flatMap(statesIn)];
}

const events = namesOf<TunnelEvent['type']>({
  'child.spawned': true,
  'child.exited': true,
  'child.unrunnable': true,
  'child.ready': true,
  'forward.refused': true,
  'heartbeat.answered': true,
  'heartbeat.missed': true,
  'heartbeat.impossible': true,
  'heartbeat.unsent': true,
  'tunnel.stop': true,
  'tunnel.restart': true,
  'tunnel.retry': true,
  'tunnel.probe': true,
  'network.changed': true,
  'start.granted': true,
  'challenger.granted': true,
  'host.answered': true,
  'credentials.changed': true,
  'check.failed': true,
  'settings.changed': true,
  'lifetime.over': true,
});

const emitted = namesOf<TunnelEmitted['type']>({
  'backoff.began': true,
  'start.asked': true,
  'start.began': true,
  'start.succeeded': true,
  'child.ready': true,
  'tunnel.proved': true,
  'probe.began': true,
  'probe.answered': true,
  'probe.missed': true,
  'probe.impossible': true,
  'probe.unsent': true,
  'probe.sent': true,
  'probes.left-out': true,
  'probes.resumed': true,
  'suspicion.began': true,
  'suspicion.lasts': true,
  'suspicion.ended': true,
  'challenger.asked': true,
  'challenger.settled': true,
  'challenger.started': true,
  'challenger.ready': true,
  'challenger.ended': true,
  'tunnel.switched': true,
  'child.ended': true,
  'stop.began': true,
  'child.killed': true,
  'child.abandoned': true,
  'tunnel.ended': true,
});

const commands = namesOf<(ChildCommand | HeartbeatCommand)['type']>({
  'child.signal': true,
  'child.challenge': true,
  'child.dismiss': true,
  'child.adopt': true,
  'heartbeat.probe': true,
});

const ends = namesOf<EndClass>({
  'ssh-finished': true,
  'starts-used-up': true,
  'lifetime-over': true,
  'operator-stop': true,
  'premature-exit': true,
  'bad-status': true,
  'connection-silent': true,
  'ended-at-probe': true,
  'deliberate-signal': true,
  'ssh-not-runnable': true,
  'ssh-unstoppable': true,
  hopeless: true,
  'restarts-too-frequent': true,
});

describe('the README documents', () => {
  test.each([
    [
      'every state',
      [
        ...TUNNEL_STATES,
        ...statesIn(tunnelMachine.root)
          .slice(1)
          .map(({ key }) => key),
      ],
    ],
    ['every event in', events],
    ['every event out', [...emitted, ...commands]],
    ['every class of end', ends],
    ['every setting', Object.keys(DEFAULT_SETTINGS)],
    ['every hole', Object.keys(tunnelMachine.implementations.actors)],
    ['every delay', Object.keys(tunnelMachine.implementations.delays)],
  ])('%s', (_, names) => {
    expect(names.length).toBeGreaterThan(1);
    // In code marks, alone or as part of a path of states.
    const missing = names.filter((name) => !new RegExp(`\`(\\w+\\.)*${name}\``).test(prose));
    expect(missing).toEqual([]);
  });

  test('the default of every setting', () => {
    for (const [name, value] of Object.entries(DEFAULT_SETTINGS)) {
      const [, said] =
        new RegExp(`^\\| \`${name}\` +\\|[^|]*\\| +([^|]*?) +\\|`, 'm').exec(readme) ?? [];
      const isFollowing = name === 'firstPollSeconds';
      expect(said?.replaceAll('`', ''), name).toBe(isFollowing ? 'as poll' : String(value));
    }
  });
});
