import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openInspectorScene, type InspectorScene } from '../testing/inspector-scene.ts';

let scene: InspectorScene;
beforeEach(async () => {
  scene = await openInspectorScene();
});
afterEach(() => scene.server.close());

const JSON_TYPE = { 'content-type': 'application/json' };

function codeOf({ body }: { readonly body: string }): string {
  return (JSON.parse(body) as { error: { code: string } }).error.code;
}

describe('the host that is asked for', () => {
  it.each(['127.0.0.1', 'localhost'])('may be %s with our port', async (name) => {
    const headers = { host: `${name}:${scene.port}` };
    expect((await scene.ask('GET /api/hello', { headers })).status).toBe(200);
    expect((await scene.ask('GET /', { headers })).status).toBe(200);
  });

  it.each([
    'evil.example',
    'evil.example:PORT',
    '127.0.0.1',
    '127.0.0.1:1',
    '127.0.0.1:PORT.evil.example',
    '127.0.0.1.evil.example:PORT',
    'localhost.:PORT',
    '[::1]:PORT',
    '0.0.0.0:PORT',
  ])('may not be %j, as with DNS rebinding', async (name) => {
    const headers = { host: name.replace('PORT', String(scene.port)) };
    for (const path of ['/', '/assets/page.js', '/api/hello', '/api/stream']) {
      const answer = await scene.ask(`GET ${path}`, { headers });
      expect(answer.status).toBe(421);
      expect(codeOf(answer)).toBe('misdirected');
    }
  });

  it('may not be missing, or empty', async () => {
    for (const host of ['', 'host: \r\n']) {
      const text = `GET /api/hello HTTP/1.1\r\n${host}authorization: Bearer ${scene.token}\r\n\r\n`;
      expect(await scene.exchange(text)).toMatch(/^HTTP\/1\.1 421 /);
    }
  });
});

describe('the page that asks', () => {
  it.each(['127.0.0.1', 'localhost'])('may be ours, at %s', async (name) => {
    const host = `${name}:${scene.port}`;
    const headers = { host, origin: `http://${host}`, ...JSON_TYPE };
    const answer = await scene.ask('POST /api/tunnels/db/stop', { headers });
    expect(answer.status).toBe(200);
  });

  it.each([
    'https://evil.example',
    'null',
    '',
    'http://127.0.0.1',
    'https://127.0.0.1:PORT',
    'http://localhost:PORT',
  ])('may not be of another origin: %j', async (written) => {
    const origin = written.replace('PORT', String(scene.port));
    for (const line of ['GET /', 'GET /api/hello', 'POST /api/tunnels/db/stop']) {
      const answer = await scene.ask(line, { headers: { origin, ...JSON_TYPE } });
      expect(answer.status).toBe(403);
      expect(codeOf(answer)).toBe('forbidden');
    }
    expect(scene.source.asked).toEqual([]);
  });

  it.each(['same-origin', 'none'])('may be ours by what the browser says: %s', async (site) => {
    const headers = { 'sec-fetch-site': site };
    expect((await scene.ask('GET /api/hello', { headers })).status).toBe(200);
  });

  it.each(['cross-site', 'same-site', 'anything'])(
    'may not be another by what the browser says: %s',
    async (site) => {
      const headers = { 'sec-fetch-site': site, 'sec-fetch-mode': 'cors', ...JSON_TYPE };
      for (const line of [
        'GET /',
        'GET /assets/page.js',
        'GET /api/hello',
        'POST /api/tunnels/db/stop',
      ]) {
        expect((await scene.ask(line, { headers })).status).toBe(403);
      }
      expect(scene.source.asked).toEqual([]);
    },
  );

  it('may lead a whole window to ours, and to nothing else', async () => {
    const window = {
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
    };
    expect((await scene.ask('GET /', { headers: window })).status).toBe(200);
    expect((await scene.ask('GET /api/hello', { headers: window })).status).toBe(403);
    const frame = { ...window, 'sec-fetch-dest': 'iframe' };
    expect((await scene.ask('GET /', { headers: frame })).status).toBe(403);
  });
});

describe('the token', () => {
  const API = [
    'GET /api/hello',
    'GET /api/charts/tunnel',
    'GET /api/stream',
    'GET /api/tunnels/db/steps',
    'GET /api/tunnels/db/why',
    'GET /api/nothing',
    'POST /api/tunnels/db/stop',
  ];

  it.each(API)('is needed for %s', async (line) => {
    const answer = await scene.ask(line, { isStranger: true, headers: JSON_TYPE });
    expect(answer.status).toBe(401);
    expect(codeOf(answer)).toBe('forbidden');
    expect(scene.source.asked).toEqual([]);
    expect(scene.source.observer()).toBeUndefined();
  });

  it.each([
    ['another', () => `Bearer ${'A'.repeat(22)}`],
    ['cut', (token: string) => `Bearer ${token.slice(0, -1)}`],
    ['longer', (token: string) => `Bearer ${token}A`],
    ['empty', () => 'Bearer '],
    ['of another scheme', (token: string) => `Basic ${token}`],
    ['bare', (token: string) => token],
    ['very long', () => `Bearer ${'A'.repeat(8000)}`],
  ])('is refused when it is %s', async (_what, write) => {
    const headers = { authorization: write(scene.token) };
    const answer = await scene.ask('GET /api/hello', { isStranger: true, headers });
    expect(answer.status).toBe(401);
    expect(answer.body).not.toContain(scene.token);
  });

  it('is not taken from where logs and histories see it: query, path, cookie', async () => {
    const { token } = scene;
    const stranger = { isStranger: true };
    for (const query of [`?token=${token}`, `?authorization=Bearer%20${token}`, `?${token}`]) {
      expect((await scene.ask(`GET /api/hello${query}`, stranger)).status).toBe(401);
      expect((await scene.ask(`GET /api/stream${query}`, stranger)).status).toBe(401);
    }
    const headers = { cookie: `token=${token}` };
    expect((await scene.ask('GET /api/hello', { ...stranger, headers })).status).toBe(401);
    // Also not in addition.
    expect((await scene.ask(`GET /api/hello?token=${token}`)).status).toBe(400);
  });

  it('has 128 bits, and another value each time', async () => {
    const other = await openInspectorScene();
    expect(Buffer.from(scene.token, 'base64url')).toHaveLength(16);
    expect(other.token).not.toBe(scene.token);
    const headers = { authorization: `Bearer ${other.token}` };
    const answer = await scene.ask('GET /api/hello', { isStranger: true, headers });
    expect(answer.status).toBe(401);
    await other.server.close();
  });

  it('is in the fragment, which browsers send to nobody', () => {
    const { pathname, search, hash } = new URL(scene.url);
    expect([pathname, search, hash]).toEqual(['/', '', `#token=${scene.token}`]);
  });

  it('that is wrong costs time, and only a few are told at a time', async () => {
    const slow = await openInspectorScene({ limits: { wrongTokenMs: 300, wrongTokens: 3 } });
    const begin = performance.now();
    const guesses = Array.from({ length: 10 }, (_, nth) => {
      const headers = { authorization: `Bearer ${nth}` };
      return slow.ask('GET /api/hello', { isStranger: true, headers }).then(
        ({ status }) => status,
        () => 'cut off',
      );
    });
    // Who has the right one does not wait behind them.
    expect((await slow.ask('GET /api/hello')).status).toBe(200);
    const told = await Promise.all(guesses);
    expect(performance.now() - begin).toBeGreaterThanOrEqual(299);
    expect(told.filter((status) => status === 401)).toHaveLength(3);
    expect(told.filter((status) => status === 'cut off')).toHaveLength(7);
    await slow.server.close();
  });
});

describe('an order', () => {
  it.each([undefined, 'text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'])(
    'is refused with the type of a form: %s',
    async (type) => {
      const headers = type === undefined ? {} : { 'content-type': type };
      const answer = await scene.ask('POST /api/tunnels/db/stop', { headers, body: '{}' });
      expect(answer.status).toBe(415);
      expect(scene.source.asked).toEqual([]);
    },
  );

  it.each(['[]', 'null', '1', '{', '{"force":true}', '"stop"'])(
    'is refused with a body that says something: %s',
    async (body) => {
      const answer = await scene.ask('POST /api/tunnels/db/stop', { headers: JSON_TYPE, body });
      expect(answer.status).toBe(400);
      expect(scene.source.asked).toEqual([]);
    },
  );

  it.each(['start', 'restart', 'stop', 'probe'])('is carried out: %s', async (action) => {
    const headers = { 'content-type': 'application/json; charset=utf-8' };
    const answer = await scene.ask(`POST /api/tunnels/web/${action}`, { headers, body: '{}' });
    expect({ status: answer.status, body: JSON.parse(answer.body) }).toEqual({
      status: 200,
      body: { done: action },
    });
    expect(scene.source.asked).toEqual([[action, 'web']]);
  });

  it('that the source does not know is refused', async () => {
    scene.source.setHello({ kind: 'recording', actions: [] });
    const answer = await scene.ask('POST /api/tunnels/web/stop', { headers: JSON_TYPE });
    expect(answer.status).toBe(404);
    expect(answer.body).toContain('there are none');
    expect(scene.source.asked).toEqual([]);
  });
});
