import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { StreamMessage } from '../api.ts';
import { fakeStep } from '../testing/fake-source.ts';
import { openInspectorScene, type InspectorScene } from '../testing/inspector-scene.ts';

let scene: InspectorScene;
beforeEach(async () => {
  scene = await openInspectorScene();
});
afterEach(() => scene.server.close());

/** What a message says, without its time. */
function gist(message: StreamMessage) {
  if (message.type === 'ended') return message;
  const rows = message.rows.map(({ name, starts }) => `${name} ${starts}`);
  if (message.type === 'all') return { all: rows };
  return { rows, steps: message.steps.map(({ index }) => index) };
}

const gists = ({ messages }: { readonly messages: readonly StreamMessage[] }) => messages.map(gist);

describe('a stream', () => {
  it('begins with everything that is', async () => {
    const reader = await scene.follow();
    await expect.poll(() => gists(reader)).toEqual([{ all: ['db 1', 'web 1'] }]);
  });

  it('gathers what changes for 100 ms, and makes only the rows that changed', async () => {
    const reader = await scene.follow();
    const made = scene.source.rowsMade();
    scene.source.put('db', { starts: 2 });
    scene.clock.advance(0);
    await expect.poll(() => gists(reader)).toHaveLength(2);
    for (let starts = 3; starts < 50; starts += 1) scene.source.put('db', { starts });
    scene.clock.advance(99);
    scene.source.put('web', { starts: 7 });
    scene.clock.advance(1);
    await expect
      .poll(() => gists(reader).slice(1))
      .toEqual([
        { rows: ['db 2'], steps: [] },
        { rows: ['db 49', 'web 7'], steps: [] },
      ]);
    expect(scene.source.rowsMade() - made).toBe(3);
  });

  it('does not repeat a row that looks as before', async () => {
    const reader = await scene.follow();
    scene.source.put('db', { starts: 1 });
    scene.clock.advance(100);
    scene.source.put('db', { starts: 2 });
    scene.source.put('db', { starts: 1 });
    scene.clock.advance(100);
    scene.source.put('web', { starts: 2 });
    scene.clock.advance(100);
    await expect.poll(() => gists(reader).slice(1)).toEqual([{ rows: ['web 2'], steps: [] }]);
  });

  it('has everything again when the list is another', async () => {
    const reader = await scene.follow();
    scene.source.put('new');
    scene.clock.advance(100);
    scene.source.remove('db');
    scene.clock.advance(100);
    await expect
      .poll(() => gists(reader).slice(1))
      .toEqual([{ all: ['db 1', 'web 1', 'new 1'] }, { all: ['web 1', 'new 1'] }]);
  });

  it('has the steps of the one that is followed, and of no other', async () => {
    const [db, none] = [await scene.follow('?watch=db'), await scene.follow()];
    const observer = scene.source.observer()!;
    expect([observer.isFollowed('db'), observer.isFollowed('web')]).toEqual([true, false]);
    observer.stepped('db', fakeStep(1));
    observer.stepped('db', fakeStep(2));
    scene.clock.advance(100);
    await expect.poll(() => gists(db).slice(1)).toEqual([{ rows: [], steps: [1, 2] }]);
    scene.source.put('web', { starts: 2 });
    scene.clock.advance(100);
    await expect.poll(() => gists(none).slice(1)).toEqual([{ rows: ['web 2'], steps: [] }]);
    expect(db.messages[1]).toMatchObject({ watched: 'db' });
    expect(none.messages[1]).toMatchObject({ watched: null });
  });

  it('shows a later reader what is now', async () => {
    const first = await scene.follow();
    scene.source.put('db', { starts: 2 });
    const second = await scene.follow();
    await expect.poll(() => gists(second)).toEqual([{ all: ['db 2', 'web 1'] }]);
    await expect.poll(() => gists(first).slice(1)).toEqual([{ rows: ['db 2'], steps: [] }]);
  });

  it('says every 15 s that it is alive', async () => {
    const reader = await scene.follow();
    for (let nth = 1; nth <= 3; nth += 1) {
      scene.clock.advance(15_000);
      await expect.poll(reader.comments).toBe(nth);
    }
    expect(reader.isEnded()).toBe(false);
  });

  it('says that it ends, and why', async () => {
    const reader = await scene.follow();
    scene.source.observer()!.ended('the fleet was closed');
    await expect.poll(reader.isEnded).toBe(true);
    expect(gists(reader).at(-1)).toEqual({ type: 'ended', reason: 'the fleet was closed' });
    expect(scene.source.observer()).toBeUndefined();
  });

  it('ends with the server', async () => {
    const reader = await scene.follow();
    await scene.server.close();
    await expect.poll(reader.isEnded).toBe(true);
    expect(gists(reader).at(-1)).toEqual({ type: 'ended', reason: 'the inspector was closed' });
  });
});

describe('a source', () => {
  it('that cannot be watched ends the stream, and the next reader may try again', async () => {
    vi.spyOn(scene.source, 'watch').mockImplementationOnce(() => {
      throw new Error('a bug');
    });
    const reader = await scene.follow();
    await expect.poll(reader.isEnded).toBe(true);
    expect(gists(reader)).toEqual([{ type: 'ended', reason: expect.stringContaining('a bug') }]);
    const again = await scene.follow();
    await expect.poll(() => gists(again)).toEqual([{ all: ['db 1', 'web 1'] }]);
  });

  it('whose row fails while others read ends their streams, and not the one that begins', async () => {
    const first = await scene.follow();
    scene.source.put('db', { starts: 2 });
    vi.spyOn(scene.source, 'row').mockImplementationOnce(() => {
      throw new Error('a bug');
    });
    const second = await scene.follow();
    await expect.poll(first.isEnded).toBe(true);
    await expect.poll(() => gists(second)).toEqual([{ all: ['db 2', 'web 1'] }]);
    scene.source.put('web', { starts: 3 });
    scene.clock.advance(100);
    await expect.poll(() => gists(second).at(-1)).toEqual({ rows: ['web 3'], steps: [] });
  });

  it('that has ended already says so, and is not watched', async () => {
    const before = scene.clock.pending;
    const unwatch = vi.fn<() => void>();
    vi.spyOn(scene.source, 'watch').mockImplementationOnce((observer) => {
      observer.ended('the fleet was closed');
      return unwatch;
    });
    const reader = await scene.follow();
    await expect.poll(reader.isEnded).toBe(true);
    expect(gists(reader)).toEqual([{ type: 'ended', reason: 'the fleet was closed' }]);
    expect(unwatch).toHaveBeenCalledOnce();
    expect(scene.clock.pending).toBe(before);
  });
});

describe('while nobody reads', () => {
  it('nothing is watched, and no timer runs but the one for the end', async () => {
    expect(scene.source.observer()).toBeUndefined();
    const before = scene.clock.pending;
    const [one, other] = [await scene.follow(), await scene.follow('?watch=db')];
    expect(scene.source.observer()).toBeDefined();
    one.leave();
    await expect.poll(() => scene.source.observer()?.isFollowed('db')).toBe(true);
    other.leave();
    await expect.poll(() => scene.source.observer()).toBeUndefined();
    expect(scene.clock.pending).toBe(before);
    expect(before).toBe(1);

    const again = await scene.follow();
    await expect.poll(() => gists(again)).toEqual([{ all: ['db 1', 'web 1'] }]);
    expect(scene.source.observer()).toBeDefined();
  });

  it('no row is made, also for other requests', async () => {
    await scene.ask('GET /api/hello');
    await scene.ask('GET /api/tunnels/db/steps');
    expect(scene.source.rowsMade()).toBe(0);
  });
});

describe('a reader', () => {
  it('who does not read is cut off, and the others are not', async () => {
    await scene.server.close();
    scene = await openInspectorScene({ limits: { unreadBytes: 1_000_000 } });
    const [slow, quick] = [await scene.follow(), await scene.follow()];
    slow.pause();
    const failureSentence = 'x'.repeat(500_000);
    for (let starts = 2; starts < 32; starts += 1) {
      scene.source.put('db', { starts, failureSentence });
      scene.clock.advance(100);
      const said = { rows: [`db ${starts}`], steps: [] };
      await expect.poll(() => gists(quick).at(-1), { interval: 1 }).toEqual(said);
    }
    slow.resume();
    await expect.poll(slow.isEnded).toBe(true);
    expect(slow.messages.length).toBeLessThan(quick.messages.length);
    scene.source.put('web', { starts: 99 });
    scene.clock.advance(100);
    await expect.poll(() => gists(quick).at(-1)).toEqual({ rows: ['web 99'], steps: [] });
  });

  it('finds no stream where there are too many', async () => {
    await scene.server.close();
    scene = await openInspectorScene({ limits: { streams: 1 } });
    const reader = await scene.follow();
    const refused = await scene.ask('GET /api/stream');
    expect([refused.status, JSON.parse(refused.body).error.code]).toEqual([503, 'too-many']);
    reader.leave();
    await expect.poll(() => scene.source.observer()).toBeUndefined();
    await scene.follow();
  });
});

describe('a server that nobody uses', () => {
  it('closes itself after half an hour', async () => {
    scene.clock.advance(29 * 60_000);
    await scene.ask('GET /api/hello');
    scene.clock.advance(29 * 60_000);
    // A stranger is nobody.
    await scene.ask('GET /api/hello', { isStranger: true });
    await scene.ask('GET /');
    scene.clock.advance(60_000);
    await scene.server.closed;
    await expect(scene.ask('GET /api/hello')).rejects.toThrow();
  });

  it('stays as long as somebody reads', async () => {
    await scene.server.close();
    scene = await openInspectorScene({ limits: { idleMs: 40_000 } });
    const reader = await scene.follow();
    for (let nth = 1; nth <= 10; nth += 1) {
      scene.clock.advance(15_000);
      await expect.poll(reader.comments).toBe(nth);
    }
    expect(reader.isEnded()).toBe(false);
    reader.leave();
    await expect.poll(() => scene.source.observer()).toBeUndefined();
    scene.clock.advance(40_000);
    await scene.server.closed;
  });
});
