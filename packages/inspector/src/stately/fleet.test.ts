import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFleet, type Fleet, type FleetOptions, type FleetTunnel } from '@holdfast/engine';
import { createInspector, type StatelyInspectionEvent } from '@statelyai/inspect';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { StatelyFrame } from './frame.ts';
import { redactFrame } from './redact-frame.ts';
import { createStatelyFrames } from './stately-frames.ts';

let folder: string;
let fleet: Fleet;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-stately-'));
});
afterEach(async () => {
  await fleet.close();
  rmSync(folder, { recursive: true, force: true });
});

function tunnel(name: string): FleetTunnel {
  return { name, host: 'bastion', options: ['-i', '/home/me/.ssh/secret_key'], heartbeat: 'none' };
}

/** Two tunnels, over a program that stands in for ssh and stays until it is told to go. */
function twoTunnels(inspect?: FleetOptions['inspect']): Fleet {
  const ssh = join(folder, 'ssh');
  writeFileSync(ssh, '#!/bin/sh\nexec sleep 600\n', { mode: 0o700 });
  const tunnels = [tunnel('db'), tunnel('web')];
  fleet = createFleet({ tunnels, runtimeDir: join(folder, 'run'), ssh, inspect });
  return fleet;
}

async function reach(name: string, state: string) {
  const stateOf = () => fleet.status().tunnels.find((each) => each.name === name)?.state;
  await expect.poll(stateOf, { timeout: 90_000 }).toBe(state);
}

/** The frames about an actor of that name, whichever life it is of. */
function about<TFrame extends { sessionId: string; type: string }>(
  frames: readonly TFrame[],
  name: string,
) {
  const sessions = frames
    .filter((frame) => 'name' in frame && frame.name === name)
    .map(({ sessionId }) => sessionId);
  return { sessions, frames: frames.filter(({ sessionId }) => sessions.includes(sessionId)) };
}

test('the inspector of @statelyai/inspect, given to a fleet, sees both tunnels by name and what happens to them', async () => {
  const frames: StatelyInspectionEvent[] = [];
  const { inspect } = createInspector(
    { send: (frame) => frames.push(frame) },
    { sanitizeContext: redactFrame, sanitizeEvent: redactFrame },
  );
  twoTunnels(inspect).start(['db', 'web']);
  await reach('db', 'connecting');
  await reach('web', 'connecting');
  await fleet.stop(['db']);
  const db = () => about(frames, 'db');
  await expect
    .poll(() => db().frames.at(-1))
    .toMatchObject({ type: '@xstate.snapshot', snapshot: { status: 'done', value: 'stopped' } });

  const web = about(frames, 'web');
  expect(db().sessions).toHaveLength(1);
  expect(web.sessions).toHaveLength(1);
  expect(db().sessions).not.toEqual(web.sessions);
  const [first] = web.frames;
  expect(first).toMatchObject({ type: '@xstate.actor', name: 'web' });
  expect(JSON.parse((first as { definition: string }).definition)).toMatchObject({ id: 'tunnel' });
  const events = web.frames.flatMap((frame) =>
    frame.type === '@xstate.event' ? [frame.event.type] : [],
  );
  expect(events).toEqual(expect.arrayContaining(['start.granted', 'child.spawned']));
});

test('a fleet that runs is greeted whole, and followed until the viewer goes', async () => {
  twoTunnels().start(['db', 'web']);
  await reach('db', 'connecting');
  await reach('web', 'connecting');
  const frames: StatelyFrame[] = [];
  const { greet, inspect } = createStatelyFrames({ send: (frame) => frames.push(frame) });
  greet(fleet.actors().values());
  const watching = fleet.inspect(inspect);
  expect(frames.map((frame) => 'name' in frame && frame.name)).toEqual([
    'fleet',
    'db',
    'sshChild',
    'heartbeat',
    'web',
    'sshChild',
    'heartbeat',
  ]);
  const [root, db] = frames;
  expect(db).toMatchObject({ parentId: root?.sessionId, rootId: root?.sessionId });

  const before = frames.length;
  await fleet.stop(['db']);
  expect(about(frames.slice(before), 'web').frames).toEqual([]);
  expect(about(frames, 'db').frames.at(-1)).toMatchObject({ snapshot: { value: 'stopped' } });
  expect(JSON.stringify(frames)).not.toContain('secret_key');

  watching.unsubscribe();
  const seen = frames.length;
  await fleet.stop(['web']);
  await reach('web', 'stopped');
  expect(frames).toHaveLength(seen);
});
