import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LocatedError } from '@holdfast/config';
import { FleetError, type TunnelSpec } from '@holdfast/engine';
import type { InspectOrder } from '../api.ts';
import { HELLO, openScene, type Scene } from '../testing/control-scene.ts';
import { connectRaw, requestText } from '../testing/raw-connection.ts';
import type { LoadedConfig } from './running-config.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await openScene();
});
afterEach(() => scene.close());

const SPEC = { name: 'db-1' } as TunnelSpec;
const LOCATED: LocatedError = {
  code: 'unknown-key',
  file: '/etc/t.toml',
  line: 3,
  column: 1,
  length: 4,
  key: 'tunnels.db.hots',
  wrong: 'unknown key "hots"',
  allowed: 'known keys: host',
  nearest: 'host',
};

async function openWith(loaded: (path: string) => LoadedConfig): Promise<Scene> {
  await scene.close();
  scene = await openScene({ loadConfig: async (path) => loaded(path) });
  return scene;
}

describe('questions', () => {
  it('says who answers', async () => {
    expect(await scene.client.hello()).toEqual(HELLO);
  });

  it.each([
    [undefined, ['db-1', 'db-2', 'web']],
    [[], []],
    [['db-*'], ['db-1', 'db-2']],
    [
      ['tag:front', 'db-2'],
      ['db-2', 'web'],
    ],
  ])('gives the status of %j', async (names, expected) => {
    const status = await scene.client.status(names === undefined ? {} : { names });
    expect(status.tunnels.map(({ name }) => name)).toEqual(expected);
    expect(status).toEqual({
      ...scene.fleet.status(),
      tunnels: scene.fleet.status().tunnels.filter(({ name }) => expected.includes(name)),
    });
  });

  it('says why, of one tunnel by its name or by a pattern that means only it', async () => {
    expect(await scene.client.why('w*')).toMatchObject({
      status: { name: 'web' },
      sentences: ['web was never started.'],
    });
    await expect(scene.client.why('db-*')).rejects.toMatchObject({
      code: 'bad-request',
      message: '"db-*" means several tunnels: db-1 and db-2; choose one',
    });
  });
});

describe('orders', () => {
  it.each([
    ['up', 'start', undefined, ['db-1', 'web']],
    ['up', 'start', ['db-*'], ['db-1', 'db-2']],
    ['down', 'stop', undefined, ['db-1', 'db-2', 'web']],
    ['down', 'stop', ['tag:sql'], ['db-1', 'db-2']],
    ['restart', 'restart', undefined, ['db-1', 'web']],
    ['restart', 'restart', ['web'], ['web']],
    ['probe', 'probe', ['tag:sql'], ['db-1', 'db-2']],
    ['up', 'start', [], []],
    ['down', 'stop', [], []],
    ['restart', 'restart', [], []],
    ['probe', 'probe', [], []],
  ] as const)('%s is %s of %j: %j', async (method, order, names, expected) => {
    const answer = await scene.client[method](names === undefined ? {} : { names });
    expect(answer).toEqual({ tunnels: expected });
    expect(scene.fleet.orders).toEqual([[order, expected]]);
  });

  it('answers "down" only when every ssh is gone', async () => {
    let open!: () => void;
    scene.fleet.holdUp('stop', new Promise((resolve) => (open = resolve)));
    let isAnswered = false;
    const answer = scene.client.down().then(() => (isAnswered = true));
    await expect.poll(() => scene.fleet.orders.length).toBe(1);
    await scene.client.hello();
    expect(isAnswered).toBe(false);
    open();
    await answer;
  });

  it('opens and closes a forward of a tunnel', async () => {
    const order = { tunnel: 'web', kind: 'local', spec: '8080:localhost:80' } as const;
    expect(await scene.client.addForward(order)).toEqual({ forward: order.spec, port: 40_000 });
    expect(await scene.client.removeForward(order)).toEqual({ forward: order.spec });
    const forward = expect.objectContaining({ kind: 'local', text: order.spec });
    expect(scene.fleet.orders).toEqual([
      ['openForward', 'web', forward],
      ['closeForward', 'web', forward],
    ]);
  });

  it('refuses a forward that ssh would not understand, and asks the fleet nothing', async () => {
    const order = { tunnel: 'web', kind: 'local', spec: '8080' } as const;
    await expect(scene.client.addForward(order)).rejects.toMatchObject({
      code: 'bad-request',
      message: 'the forward "8080" names no target',
    });
    expect(scene.fleet.orders).toEqual([]);
  });
});

describe('names that mean nothing', () => {
  it.each([
    ['wbe', 'unknown tunnel "wbe": did you mean web?'],
    ['x-*', 'unknown tunnel "x-*": known: db-1, db-2 and web'],
    ['tag:frnt', 'unknown tag "frnt": did you mean front?'],
    ['tag:zzzzzz', 'unknown tag "zzzzzz": known: sql and front'],
  ])('%s is refused with what was meant', async (pattern, message) => {
    const refusal = { code: 'unknown-tunnel', message };
    await expect(scene.client.down({ names: ['web', pattern] })).rejects.toMatchObject(refusal);
    await expect(scene.client.status({ names: [pattern] })).rejects.toMatchObject(refusal);
    await expect(scene.client.why(pattern)).rejects.toMatchObject(refusal);
    await expect(scene.client.events({ names: [pattern] }).next()).rejects.toMatchObject(refusal);
    expect(scene.fleet.orders).toEqual([]);
  });
});

describe('a fleet that refuses', () => {
  it.each([
    [new FleetError('unknown-tunnel', 'gone just now'), 'unknown-tunnel', 'gone just now'],
    [new FleetError('not-connected', 'web is in backoff'), 'not-connected', 'web is in backoff'],
    [new FleetError('forward-failed', 'port is taken'), 'forward-failed', 'port is taken'],
    [new FleetError('closed', 'the fleet is closed'), 'ending', 'the fleet is closed'],
    [new Error('oops'), 'internal', 'a bug in the supervisor: oops'],
  ])('%s reaches the client as %s', async (error, code, message) => {
    scene.fleet.failNext(error);
    const order = { tunnel: 'web', kind: 'socks', spec: '1080' } as const;
    await expect(scene.client.addForward(order)).rejects.toMatchObject({ code, message });
  });
});

describe('reload', () => {
  it('reads the running file again, or another one, which runs from then on', async () => {
    const paths: string[] = [];
    await openWith((path) => {
      paths.push(path);
      return { kind: 'loaded', tunnels: [SPEC] };
    });
    expect(await scene.client.reload()).toMatchObject({ unchanged: ['db-1'], problems: [] });
    await scene.client.reload('/etc/other.toml');
    expect(await scene.client.hello()).toMatchObject({ config: '/etc/other.toml' });
    await scene.client.reload();
    expect(paths).toEqual([HELLO.config, '/etc/other.toml', '/etc/other.toml']);
    expect(scene.fleet.orders).toEqual(paths.map(() => ['apply', [SPEC]]));
  });

  it('changes nothing when the file has errors, and says them all', async () => {
    await openWith(() => ({ kind: 'invalid', errors: [LOCATED, LOCATED] }));
    await expect(scene.client.reload('/etc/t.toml')).rejects.toMatchObject({
      code: 'config-invalid',
      message: '/etc/t.toml has 2 errors: nothing was changed',
      locations: [LOCATED, LOCATED],
    });
    expect(scene.fleet.orders).toEqual([]);
    expect(await scene.client.hello()).toEqual(HELLO);
  });

  it('says why a file cannot be read', async () => {
    await openWith((path) => ({ kind: 'unreadable', sentence: `${path}: No such file` }));
    await expect(scene.client.reload('/none')).rejects.toMatchObject({
      code: 'config-unreadable',
      message: '/none: No such file',
    });
  });

  it('takes two at a time one after the other, also when the first one fails', async () => {
    const paths: string[] = [];
    await openWith((path) => {
      paths.push(path);
      return { kind: 'loaded', tunnels: [] };
    });
    let fail!: (error: Error) => void;
    scene.fleet.holdUp('apply', new Promise((_, reject) => (fail = reject)));
    const first = scene.client.reload('/first').catch(String);
    await expect.poll(() => paths).toEqual(['/first']);
    const second = scene.client.reload('/second');
    await scene.client.hello();
    expect(paths).toEqual(['/first']);
    scene.fleet.holdUp('apply', Promise.resolve());
    fail(new Error('broken'));
    expect(await first).toContain('broken');
    await second;
    expect(paths).toEqual(['/first', '/second']);
  });
});

describe('the page of the inspector', () => {
  const url = 'http://127.0.0.1:40123/#token=abcdefghijklmnopqrstuv';

  it('is opened and closed by whoever was given to the server', async () => {
    const orders: InspectOrder[] = [];
    await scene.close();
    scene = await openScene({
      openInspector(order) {
        orders.push(order);
        return Promise.resolve({ url: order.close === true ? null : url });
      },
    });
    expect(await scene.client.inspect()).toEqual({ url });
    expect(await scene.client.inspect({ port: 40_123 })).toEqual({ url });
    expect(await scene.client.inspect({ close: true })).toEqual({ url: null });
    expect(orders).toEqual([{}, { port: 40_123 }, { close: true }]);
  });

  it('that cannot be had is refused with the reason', async () => {
    const refusal = { code: 'inspector-failed', message: 'this supervisor has no inspector' };
    await expect(scene.client.inspect()).rejects.toMatchObject(refusal);
    await scene.close();
    scene = await openScene({ openInspector: async () => ({ problem: 'port 80 is taken' }) });
    await expect(scene.client.inspect({ port: 80 })).rejects.toMatchObject({
      code: 'inspector-failed',
      message: 'port 80 is taken',
    });
  });

  it.each([
    'https://127.0.0.1:1/#token=abcdefghijklmnopqrstuv',
    'http://evil.example:1/#token=abcdefghijklmnopqrstuv',
    'http://127.0.0.1:1/#token="><script>',
    'javascript:alert(1)',
    1,
  ])('is nothing but a page of this machine: %s', async (told) => {
    await scene.close();
    scene = await openScene({ openInspector: async () => ({ url: told as string }) });
    await expect(scene.client.inspect()).rejects.toMatchObject({ code: 'bad-answer' });
  });
});

describe('the end', () => {
  it('is answered when every ssh is gone, and told when that was sent', async () => {
    let open!: () => void;
    scene.fleet.holdUp('close', new Promise((resolve) => (open = resolve)));
    const answers = Promise.all([scene.client.end(), scene.client.end()]);
    await expect.poll(() => scene.fleet.orders.length).toBe(1);
    open();
    const tunnels = ['db-1', 'db-2', 'web'];
    expect(await answers).toEqual([{ tunnels }, { tunnels }]);
    await scene.server.ended;
    expect(scene.fleet.orders).toEqual([['close']]);
  });

  it('is told also when whoever asked did not wait', async () => {
    let open!: () => void;
    scene.fleet.holdUp('close', new Promise((resolve) => (open = resolve)));
    const hasty = connectRaw(scene.socketPath);
    hasty.socket.write(requestText('POST /v1/end'));
    await expect.poll(() => scene.fleet.orders.length).toBe(1);
    hasty.socket.destroy();
    await hasty.closed;
    open();
    await scene.server.ended;
  });

  it('can be asked for again when it failed', async () => {
    scene.fleet.failNext(new Error('an ssh is left'));
    await expect(scene.client.end()).rejects.toMatchObject({ code: 'internal' });
    expect(await scene.client.end()).toEqual({ tunnels: ['db-1', 'db-2', 'web'] });
    await scene.server.ended;
  });
});
