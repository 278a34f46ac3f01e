import { tunnelState } from '@holdfast/machines';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { InspectionEvent } from 'xstate';
import { launchNothing } from '../../testing/launch-nothing.ts';
import { scratchFolder, type ScratchFolder } from '../../testing/scratch-folder.ts';
import { specOf } from '../../testing/tunnel-specs.ts';
import { createFleet, type FleetOptions } from '../create-fleet.ts';
import type { Fleet } from '../fleet.ts';

let folder: ScratchFolder;
let fleet: Fleet;

beforeEach(() => (folder = scratchFolder()));
afterEach(async () => {
  await fleet.close();
  folder.remove();
});

/** Two tunnels, of which nothing runs yet. */
function twoTunnels(options: Partial<FleetOptions> = {}): Fleet {
  const tunnels = [specOf({ name: 'db', heartbeat: 'none' }), specOf({ name: 'web' })];
  const runtimeDir = folder.file('run');
  fleet = createFleet({ tunnels, runtimeDir, ssh: '/bin/sh', launch: launchNothing, ...options });
  return fleet;
}

async function untilConnecting(...names: readonly string[]): Promise<void> {
  const stateOf = (name: string) => tunnelState(fleet.actors().get(name)!.getSnapshot());
  await expect.poll(() => names.map(stateOf)).toEqual(names.map(() => 'connecting'));
}

/** The actors that were announced, and what they were announced as. */
function announced(events: readonly InspectionEvent[]) {
  return events
    .filter(({ type }) => type === '@xstate.actor')
    .map(({ actorRef }) => actorRef as typeof actorRef & { id: string; _parent?: { id: string } })
    .map(({ id, sessionId, _parent }) => ({ id, sessionId, parent: _parent?.id }));
}

describe('an observer that is there from the start', () => {
  test('sees the fleet, each tunnel by its name, and what each tunnel runs', async () => {
    const events: InspectionEvent[] = [];
    twoTunnels({ inspect: (event) => events.push(event) }).start(['db', 'web']);
    await untilConnecting('db', 'web');

    const actors = announced(events);
    expect(actors.map(({ id, parent }) => [id, parent])).toEqual([
      ['fleet', undefined],
      ['db', 'fleet'],
      ['web', 'fleet'],
      ['sshChild', 'db'],
      ['heartbeat', 'db'],
      ['sshChild', 'web'],
      ['heartbeat', 'web'],
    ]);
    expect(new Set(actors.map(({ sessionId }) => sessionId)).size).toBe(actors.length);
    expect(new Set(events.map(({ rootId }) => rootId)).size).toBe(1);
  });

  test('sees a second life announced', async () => {
    const events: InspectionEvent[] = [];
    twoTunnels({ inspect: { next: (event) => events.push(event) } }).start(['db']);
    await untilConnecting('db');
    await fleet.stop(['db']);
    const first = fleet.actors().get('db')!;
    expect(tunnelState(first.getSnapshot())).toBe('stopped');
    fleet.start(['db']);
    await expect.poll(() => fleet.actors().get('db')).not.toBe(first);

    const lives = announced(events).filter(({ id }) => id === 'db');
    expect(lives).toHaveLength(2);
    expect(lives.map(({ sessionId }) => sessionId)).toEqual([
      first.sessionId,
      fleet.actors().get('db')!.sessionId,
    ]);
  });
});

describe('an observer that comes later', () => {
  test('sees what happens until it detaches', async () => {
    twoTunnels().start(['db', 'web']);
    await untilConnecting('db', 'web');
    const events: InspectionEvent[] = [];
    const watching = fleet.inspect((event) => events.push(event));
    fleet.probe(['web']);
    const web = fleet.actors().get('web');
    expect(events.every(({ actorRef }) => actorRef === web)).toBe(true);
    expect(events[0]).toMatchObject({ type: '@xstate.event', event: { type: 'tunnel.probe' } });

    watching.unsubscribe();
    const seen = events.length;
    await fleet.stop(['web']);
    expect(events).toHaveLength(seen);
  });

  test('finds the actors of those that were ever started', async () => {
    twoTunnels().start(['db']);
    await untilConnecting('db');
    expect([...fleet.actors().keys()]).toEqual(['db']);
    expect(fleet.actors().get('db')?.id).toBe('db');
  });

  test('sees that the fleet ends last', async () => {
    twoTunnels().start(['db', 'web']);
    await untilConnecting('db', 'web');
    const events: InspectionEvent[] = [];
    fleet.inspect((event) => events.push(event));
    await fleet.close();
    const ends = events.flatMap((event) =>
      event.type === '@xstate.snapshot' && event.snapshot.status !== 'active'
        ? [(event.actorRef as { id?: string }).id]
        : [],
    );
    expect(ends.filter((id) => id !== 'sshChild' && id !== 'heartbeat')).toEqual([
      'db',
      'web',
      'fleet',
    ]);
  });
});

test('a machine that fails takes neither the fleet nor its neighbour along', async () => {
  const events: InspectionEvent[] = [];
  twoTunnels({ inspect: (event) => events.push(event) }).start(['db', 'web']);
  await untilConnecting('db', 'web');
  fleet.actors().get('db')!.send({ type: 'settings.changed', settings: failing });

  await expect.poll(() => fleet.status().tunnels[0]).toMatchObject({ state: 'failed' });
  expect(fleet.why('db').history.at(-1)?.sentence).toContain('a bug in Holdfast ended it');
  expect(fleet.status().tunnels[1]).toMatchObject({ name: 'web', state: 'connecting' });
  fleet.start(['db']);
  await untilConnecting('db');
  expect(fleet.actors().get('db')!.getSnapshot().status).toBe('active');
});

/** Settings that cannot be read: what a bug could look like. */
const failing = {
  get pollSeconds(): number {
    throw new Error('no settings');
  },
};

test('an order to probe a tunnel that nobody knows is refused', () => {
  twoTunnels();
  expect(() => fleet.probe(['db', 'nobody'])).toThrow(
    expect.objectContaining({ code: 'unknown-tunnel' }),
  );
});
