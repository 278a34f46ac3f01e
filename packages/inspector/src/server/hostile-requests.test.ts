import { networkInterfaces } from 'node:os';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import {
  array,
  assert,
  asyncProperty,
  constant,
  constantFrom,
  oneof,
  string,
  uint8Array,
} from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FAKE_FILES, openInspectorScene, type InspectorScene } from '../testing/inspector-scene.ts';

let scene: InspectorScene;
beforeEach(async () => {
  scene = await openInspectorScene();
});
afterEach(() => scene.server.close());

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  connection: 'close',
};

function head(line: string, more: Readonly<Record<string, string>> = {}): string {
  const all = {
    host: `127.0.0.1:${scene.port}`,
    authorization: `Bearer ${scene.token}`,
    'content-type': 'application/json',
    ...more,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return [`${line} HTTP/1.1`, ...lines, '', ''].join('\r\n');
}

describe('every answer', () => {
  it.each([
    ['GET /', 200],
    ['GET /assets/page.js', 200],
    ['GET /api/hello', 200],
    ['GET /api/tunnels/nobody/why', 404],
    ['GET /nothing', 404],
    ['POST /', 405],
    ['PUT /api/hello', 405],
    ['POST /api/tunnels/db/stop', 415],
  ] as const)('has the headers that keep others out: %s', async (line, status) => {
    const answer = await scene.ask(line);
    expect(answer.status).toBe(status);
    expect(answer.headers).toMatchObject(HEADERS);
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });

  it('has them also when it was no request', async () => {
    const text = (await scene.exchange('EHLO me\r\n\r\n')).toLowerCase();
    expect(text).toMatch(/^http\/1\.1 400 /);
    for (const [name, value] of Object.entries(HEADERS))
      expect(text).toContain(`${name}: ${value}`);
  });
});

describe('files', () => {
  it('are served with their types', async () => {
    const types = await Promise.all(
      [...FAKE_FILES.keys()].map(async (path) => {
        const { headers, body } = await scene.ask(`GET ${path}`, { isStranger: true });
        return [headers['content-type'], body];
      }),
    );
    expect(types).toEqual([
      ['text/html; charset=utf-8', '<!doctype html><title>a page</title>'],
      ['text/javascript; charset=utf-8', 'void 0;'],
      ['text/css; charset=utf-8', 'body {}'],
    ]);
  });

  it.each([
    '/assets/',
    '/assets/../page.js',
    '/assets/../../package.json',
    '/assets/..%2f..%2fpackage.json',
    '/assets/%2e%2e/%2e%2e/etc/passwd',
    '/assets//etc/passwd',
    '/assets/page.js/',
    '/assets/page.js%00.css',
    '/assets/__proto__',
    '/../../etc/passwd',
    '/etc/passwd',
    '//127.0.0.1/',
    'http://127.0.0.1/etc/passwd',
    '/index.html',
  ])('are never looked for: %s', async (path) => {
    const answer = await scene.exchange(head(`GET ${path}`));
    expect(answer).toMatch(/^HTTP\/1\.1 404 /);
  });
});

describe('a request', () => {
  it.each([
    ['GET /api/tunnels/nobody/steps', 404, 'unknown-tunnel'],
    ['GET /api/tunnels/%2e%2e/steps', 404, 'unknown-tunnel'],
    ['GET /api/tunnels/%ff/steps', 400, 'bad-request'],
    ['GET /api/tunnels//steps', 404, 'not-found'],
    ['GET /api/tunnels/db/steps?from=x', 400, 'bad-request'],
    ['GET /api/tunnels/db/steps?from=-1', 400, 'bad-request'],
    ['GET /api/tunnels/db/steps?from=1&from=2', 400, 'bad-request'],
    ['GET /api/tunnels/db/steps?form=1', 400, 'bad-request'],
    ['GET /api/charts/__proto__', 404, 'not-found'],
    ['GET /api/stream?watch=nobody', 404, 'unknown-tunnel'],
    ['GET /api/stream?watch=db&watch=web', 400, 'bad-request'],
    ['GET /api/tunnels/db/why', 410, 'gone'],
    ['GET /api', 404, 'not-found'],
    ['GET /api/constructor', 404, 'not-found'],
  ] as const)('that makes no sense is refused: %s', async (line, status, code) => {
    const answer = await scene.ask(line);
    expect([answer.status, JSON.parse(answer.body).error.code]).toEqual([status, code]);
  });

  it('for the past is answered, the oldest left out if there is too much', async () => {
    await scene.server.close();
    scene = await openInspectorScene({ limits: { steps: 2 } });
    scene.source.setSteps({ steps: [1, 2, 3] as never, earliestMs: 7 });
    const { body } = await scene.ask('GET /api/tunnels/db/steps?from=5&to=9.5');
    expect(JSON.parse(body)).toEqual({ name: 'db', earliestMs: 7, steps: [2, 3], isCut: true });
    expect(scene.source.asked).toEqual([['steps', 'db', { fromMs: 5, toMs: 9.5 }]]);
  });

  it('with too large a body is refused while it comes', async () => {
    const chunked = head('POST /api/tunnels/db/stop', { 'transfer-encoding': 'chunked' });
    const piece = `1000\r\n${' '.repeat(0x1000)}\r\n`;
    expect(await scene.exchange(chunked + piece.repeat(20))).toMatch(/^HTTP\/1\.1 413 /);
    const whole = head('POST /api/tunnels/db/stop', { 'content-length': '5000' });
    expect(await scene.exchange(whole + ' '.repeat(5000))).toMatch(/^HTTP\/1\.1 413 /);
    expect(scene.source.asked).toEqual([]);
  });

  it('with too large headers is refused', async () => {
    const answer = await scene.exchange(head('GET /api/hello', { padding: 'x'.repeat(20_000) }));
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
  });

  it('cannot bring another behind it', async () => {
    const order = head('POST /api/tunnels/db/probe', { 'content-length': '0' });
    const text = await scene.exchange(order + order + order);
    expect(text.match(/HTTP\/1\.1/g)).toHaveLength(1);
    expect(scene.source.asked).toHaveLength(1);
  });

  it.each([
    ['says nothing', ''],
    ['stops in the first line', 'GET /api/hel'],
    ['stops in the headers', 'GET /api/hello HTTP/1.1\r\nhost: 12'],
    ['stops in the body', 'BODY'],
  ])('is cut off when it %s', async (_what, text) => {
    await scene.server.close();
    scene = await openInspectorScene({ limits: { requestMs: 100 } });
    const order = head('POST /api/tunnels/db/stop', { 'content-length': '10' });
    const answer = await scene.exchange(text === 'BODY' ? `${order}{` : text);
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(scene.source.asked).toEqual([]);
  });

  it('gets an answer or is cut off, whatever it is', async () => {
    await scene.server.close();
    scene = await openInspectorScene({ limits: { requestMs: 50, answerMs: 50, closeMs: 50 } });
    const host = `host: 127.0.0.1:${scene.port}`;
    const token = `authorization: Bearer ${scene.token}`;
    const line = constantFrom(
      'GET / HTTP/1.1',
      'GET /api/hello HTTP/1.1',
      'CONNECT db:22',
      'PRI *',
    );
    const header = constantFrom(
      host,
      token,
      'content-length: 5',
      'content-length: -5',
      'transfer-encoding: chunked',
      'expect: 100-continue',
      'connection: upgrade\r\nupgrade: websocket',
    );
    const words = array(oneof(line, header, string(), constant('\r\n')), { maxLength: 10 });
    const bytes = oneof(
      uint8Array({ maxLength: 200 }).map((sent) => Buffer.from(sent).toString('latin1')),
      words.map((each) => each.join('\r\n')),
      line.chain((first) =>
        array(header).map((more) => `${[first, ...more].join('\r\n')}\r\n\r\n`),
      ),
    );
    await assert(
      asyncProperty(bytes, async (sent) => {
        expect(await scene.exchange(sent)).toMatch(/^$|^HTTP\/1\.1 \d{3} /);
      }),
      { numRuns: 100 },
    );
    expect((await scene.ask('GET /api/hello')).status).toBe(200);
  });

  it('finds no more connections than allowed, and one again when another ends', async () => {
    await scene.server.close();
    scene = await openInspectorScene({ limits: { connections: 3 } });
    const readers = [await scene.follow(), await scene.follow(), await scene.follow()];
    await expect(scene.ask('GET /api/hello')).rejects.toThrow();
    readers[0]!.leave();
    await expect
      .poll(() =>
        scene.ask('GET /api/hello').then(
          ({ status }) => status,
          () => 0,
        ),
      )
      .toBe(200);
    for (const reader of readers) reader.leave();
  });
});

describe('the listener', () => {
  it('is on loopback alone', () => {
    const row = listeningRows().filter(({ port }) => port === scene.port);
    expect(row).toEqual([{ address: '0100007F', port: scene.port }]);
  });

  it('is refused with the reason where the port is taken, and nothing is left of it', async () => {
    const taken = openInspectorScene({ port: scene.port });
    await expect(taken).rejects.toMatchObject({ code: 'EADDRINUSE' });
    expect((await scene.ask('GET /api/hello')).status).toBe(200);
  });

  it('is not reached by the other addresses of this machine', async () => {
    const others = Object.values(networkInterfaces())
      .flat()
      .filter((one) => one !== undefined && !one.internal && one.family === 'IPv4')
      .map((one) => one!.address);
    const reached = await Promise.all(['127.0.0.2', ...others].map((host) => isReached(host)));
    expect(reached).toEqual(reached.map(() => false));
    expect(await isReached('127.0.0.1')).toBe(true);
  });
});

/** Every socket that listens, as Linux tells: other systems are asked by the test below. */
function listeningRows() {
  const LISTEN = '0A';
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((path) => {
    const [, ...rows] = readFileSync(path, 'utf8').trim().split('\n');
    return rows.flatMap((row) => {
      const [, local = '', , state] = row.trim().split(/\s+/);
      const [address = '', port = ''] = local.split(':');
      return state === LISTEN ? [{ address, port: parseInt(port, 16) }] : [];
    });
  });
}

function isReached(host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(scene.port, host);
    const settle = (reached: boolean) => {
      socket.destroy();
      resolve(reached);
    };
    socket.once('connect', () => settle(true)).once('error', () => settle(false));
  });
}
