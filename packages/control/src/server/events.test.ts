import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FleetEvent } from '@holdfast/engine';
import type { EventsRequest } from '../client/read-events.ts';
import { openScene, type Scene } from '../testing/control-scene.ts';
import { fakeTunnel } from '../testing/fake-fleet.ts';
import { connectRaw, exchange, readAnswer, requestText } from '../testing/raw-connection.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await openScene({ limits: { unreadBytes: 200_000 } });
});
afterEach(() => scene.close());

/** The ids of the events up to and with the one whose sentence is `last`. */
async function idsUntilLast(events: AsyncIterable<FleetEvent>): Promise<number[]> {
  const ids: number[] = [];
  for await (const event of events) {
    ids.push(event.id);
    if (event.sentence === 'last') break;
  }
  return ids;
}

/** Reads events, and returns when the stream is open: what happens from then on is seen. */
async function follow(request: EventsRequest) {
  const events = scene.client.events({ since: 0, ...request });
  scene.fleet.happen({ level: 'error', sentence: 'opened' });
  expect(await events.next()).toMatchObject({ value: { sentence: 'opened' } });
  return events;
}

describe('a stream of events', () => {
  it('has what happens, as it happens, whole', async () => {
    const events = await follow({});
    const happened = scene.fleet.happen({
      tunnel: 'web',
      sentence: 'a line\n\ndata: {"id":1}\n\nand more \u2028',
      fact: { type: 'check.passed', question: 'tcp' },
    });
    expect(await events.next()).toEqual({ done: false, value: happened });
    await events.return();
  });

  it('is what HTML calls an event stream', async () => {
    const connection = connectRaw(scene.socketPath);
    scene.fleet.happen({ sentence: 'last' });
    connection.socket.write(requestText('GET /v1/events?since=0'));
    await expect.poll(connection.text).toContain('\n\n');
    const { headers } = readAnswer(connection.text());
    expect(headers['content-type']).toBe('text/event-stream');
    expect(connection.text()).toMatch(/\nid: 1\ndata: \{"id":1,.*\}\n\n/);
    connection.socket.destroy();
  });

  it('begins now, or after an event that is named', async () => {
    for (let nth = 1; nth < 6; nth += 1) scene.fleet.happen();
    scene.fleet.happen({ sentence: 'last' });
    expect(await idsUntilLast(scene.client.events({ since: 0 }))).toEqual([1, 2, 3, 4, 5, 6]);
    expect(await idsUntilLast(scene.client.events({ since: 4 }))).toEqual([5, 6]);
    const fromNow = scene.client.events({ since: 6 });
    const next = fromNow.next();
    const { id } = scene.fleet.happen();
    expect(await next).toMatchObject({ value: { id } });
    await fromNow.return();
  });

  it('remembers the last 500 events', async () => {
    for (let nth = 1; nth < 700; nth += 1) scene.fleet.happen();
    scene.fleet.happen({ sentence: 'last' });
    const ids = await idsUntilLast(scene.client.events({ since: 3 }));
    expect(ids).toEqual(Array.from({ length: 500 }, (_, nth) => 201 + nth));
  });

  it('has only the tunnels that were asked for, and what concerns them all', async () => {
    const events = await follow({ names: ['db-*', 'tag:front'] });
    scene.fleet.happen({ tunnel: 'db-1' });
    scene.fleet.happen({ tunnel: 'other' });
    scene.fleet.happen({ tunnel: null });
    scene.fleet.happen({ tunnel: 'web' });
    scene.fleet.add(fakeTunnel('db-3'));
    scene.fleet.happen({ tunnel: 'db-3', fact: { type: 'tunnel.added' } });
    scene.fleet.happen({ tunnel: 'db-3', sentence: 'last' });
    expect(await idsUntilLast(events)).toEqual([2, 4, 5, 6, 7]);
  });

  it('has only what is as important as was asked for', async () => {
    const events = await follow({ level: 'warning' });
    for (const level of ['debug', 'info', 'warning', 'error'] as const)
      scene.fleet.happen({ level });
    scene.fleet.happen({ level: 'error', sentence: 'last' });
    expect(await idsUntilLast(events)).toEqual([4, 5, 6]);
  });

  it('ends without an error when the reader gives the signal', async () => {
    const reader = new AbortController();
    const events = await follow({ signal: reader.signal });
    const next = events.next();
    reader.abort();
    expect(await next).toEqual({ done: true, value: undefined });
    expect(await scene.client.events({ signal: reader.signal }).next()).toMatchObject({
      done: true,
    });
  });

  it('ends without an error when the server is closed', async () => {
    const events = await follow({});
    const next = events.next();
    await scene.server.close();
    expect(await next).toEqual({ done: true, value: undefined });
  });

  it('gives way to another one when its reader goes', async () => {
    await scene.close();
    scene = await openScene({ limits: { streams: 1 } });
    const events = await follow({});
    await expect(scene.client.events().next()).rejects.toMatchObject({
      message: 'too many streams of events are open: end one of them',
    });
    await events.return();
    const again = await vi.waitFor(() => follow({}), 90_000);
    await again.return();
  });
});

describe('a reader of events', () => {
  it('who is too slow is cut off, and the others are not', async () => {
    const slow = connectRaw(scene.socketPath);
    slow.socket.write(requestText('GET /v1/events?since=0'));
    const quick = await follow({});
    await expect.poll(slow.text).toContain('opened');
    slow.socket.pause();
    const sentence = 'x'.repeat(10_000);
    for (let nth = 0; nth < 100; nth += 1) {
      const { id } = scene.fleet.happen({ sentence });
      expect(await quick.next()).toMatchObject({ value: { id } });
    }
    slow.socket.resume();
    await slow.closed;
    expect(slow.text().length).toBeLessThan(1_000_000);
    expect(slow.text()).not.toMatch(/0\r\n\r\n$/);
    const { id } = scene.fleet.happen();
    expect(await quick.next()).toMatchObject({ value: { id } });
    await quick.return();
  });

  it('hears again and again that the server is alive', async () => {
    await scene.close();
    scene = await openScene({ limits: { aliveMs: 10 } });
    const connection = connectRaw(scene.socketPath);
    connection.socket.write(requestText('GET /v1/events'));
    await expect.poll(() => connection.text().split(': alive\n\n').length).toBeGreaterThan(3);
    connection.socket.destroy();
  });

  it('is no burden after it left', async () => {
    await exchange(scene.socketPath, requestText('GET /v1/events?since=zero'));
    const events = await follow({});
    await events.return();
    await scene.client.hello();
    expect(() => scene.fleet.happen()).not.toThrow();
  });
});
