import {
  array,
  assert,
  asyncProperty,
  constant,
  constantFrom,
  json,
  oneof,
  string,
  uint8Array,
} from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openScene, type Scene } from '../testing/control-scene.ts';
import { connectRaw, exchange, readAnswer, requestText } from '../testing/raw-connection.ts';

let scene: Scene;
const complaints = vi.fn();
beforeEach(async () => {
  scene = await openScene();
  for (const method of ['error', 'info', 'warn'] as const) {
    vi.spyOn(console, method).mockImplementation(complaints);
  }
});
afterEach(async () => {
  await scene.close();
  vi.restoreAllMocks();
  expect(complaints).not.toHaveBeenCalled();
});

async function ask(line: string, body = '', headers?: Readonly<Record<string, string>>) {
  const answer = readAnswer(await exchange(scene.socketPath, requestText(line, body, headers)));
  return { ...answer, error: answer.status < 400 ? undefined : JSON.parse(answer.body).error };
}

async function isAlive(): Promise<boolean> {
  return (await scene.client.hello()).program === 'holdfast';
}

describe('a request for what is not there', () => {
  it.each(['GET /', 'GET /v1/nothing', 'POST /v1', 'GET //v1/hello', 'GET /V1/hello'])(
    '%s is refused with the list of what is there',
    async (line) => {
      const { status, error } = await ask(line);
      expect(status).toBe(404);
      expect(error.code).toBe('not-found');
      expect(error.message).toContain('GET /v1/hello, GET /v1/status');
    },
  );

  it.each([
    ['POST /v1/hello', 'GET'],
    ['HEAD /v1/status', 'GET'],
    ['HEAD /v1/events', 'GET'],
    ['GET /v1/end', 'POST'],
    ['DELETE /v1/up', 'POST'],
    ['OPTIONS /v1/events', 'GET'],
  ])('%s is refused with the method that would do', async (line, allowed) => {
    const { status, headers } = readAnswer(await exchange(scene.socketPath, requestText(line)));
    expect({ status, allow: headers['allow'] }).toEqual({ status: 405, allow: allowed });
  });
});

describe('a request in another protocol', () => {
  it.each(['GET /v1/status', 'POST /v1/up', 'GET /v1/events', 'GET /v1/nothing'])(
    'is refused with both versions: %s',
    async (line) => {
      const headers = { 'holdfast-protocol': '2', 'holdfast-version': '9.0.0' };
      const { status, headers: answered, error } = await ask(line, '', headers);
      expect(status).toBe(426);
      expect(error).toEqual({
        code: 'wrong-protocol',
        message:
          'the running supervisor is holdfast 1.2.3 (protocol 1), this command is holdfast 9.0.0 (protocol 2): run "holdfast down" and "holdfast up" again',
      });
      expect(answered).toMatchObject({ 'holdfast-protocol': '1', 'holdfast-version': '1.2.3' });
    },
  );

  it.each([undefined, '', 'one', '1.0', '-1', '99999999999', '1, 2'])(
    'is refused when its number is %j',
    async (protocol) => {
      const headers = protocol === undefined ? {} : { 'holdfast-protocol': protocol };
      const { status, error } = await ask('GET /v1/status', '', headers);
      expect(status).toBe(426);
      expect(error.message).toContain('has no number in its header holdfast-protocol');
    },
  );

  it('is answered where old and new have to understand each other: hello and end', async () => {
    const headers = { 'holdfast-protocol': '2' };
    expect((await ask('GET /v1/hello', '', headers)).status).toBe(200);
    expect((await ask('POST /v1/end', '', headers)).status).toBe(200);
    await scene.server.ended;
  });
});

describe('a body', () => {
  it.each([
    ['POST /v1/up', '{', 'the request is not valid JSON'],
    ['POST /v1/up', '[]', 'expected object'],
    ['POST /v1/up', 'null', 'expected object'],
    ['POST /v1/up', '{"names":"web"}', 'names: '],
    ['POST /v1/up', '{"names":["web",3]}', 'names[1]: '],
    ['POST /v1/up', '{"names":[""]}', 'names[0]: '],
    ['POST /v1/up', '{"nams":["web"]}', '"nams"'],
    ['POST /v1/up', '{"__proto__":{"names":[]}}', '"__proto__"'],
    ['POST /v1/end', '{"now":true}', '"now"'],
    ['POST /v1/inspect', '{"port":0}', 'port: '],
    ['POST /v1/inspect', '{"port":"80"}', 'port: '],
    ['POST /v1/inspect', '{"host":"0.0.0.0"}', '"host"'],
    ['POST /v1/reload', '{"config":"tunnels.toml"}', 'config: must be an absolute path'],
    ['POST /v1/reload', '{"config":"/a\\u0000b"}', 'config: must be an absolute path'],
    ['POST /v1/reload', '{"config":null}', 'config: '],
    ['POST /v1/forwards/add', '{"tunnel":"web","kind":"local"}', 'spec: '],
    ['POST /v1/forwards/add', '{"tunnel":"web","kind":"x","spec":"1"}', 'kind: '],
    [`POST /v1/up`, `{"names":${JSON.stringify(Array(1001).fill('a'))}}`, 'names: '],
    ['POST /v1/up', '['.repeat(60_000), 'the request is not valid JSON'],
  ])('that is wrong is refused with what and where: %s %.40s', async (line, body, message) => {
    const { status, error } = await ask(line, body);
    expect(status).toBe(400);
    expect(error.code).toBe('bad-request');
    expect(error.message).toContain(message);
    expect(scene.fleet.orders).toEqual([]);
  });

  it.each([65_537, 1_000_000, 20_000_000])('of %d bytes is too large', async (size) => {
    const { status, error } = await ask('POST /v1/up', ' '.repeat(size));
    expect({ status, code: error.code }).toEqual({ status: 413, code: 'too-large' });
  });

  it('of 64 kB is not', async () => {
    const { status } = await ask('POST /v1/up', '{}'.padEnd(65_536));
    expect(status).toBe(200);
  });

  it('in pieces of unknown number is measured as it comes', async () => {
    const connection = connectRaw(scene.socketPath);
    connection.socket.write(
      'POST /v1/up HTTP/1.1\r\nholdfast-protocol: 1\r\ntransfer-encoding: chunked\r\n\r\n',
    );
    const piece = `1000\r\n${' '.repeat(0x1000)}\r\n`;
    for (let nth = 0; nth < 20; nth += 1) connection.socket.write(piece);
    await connection.closed;
    expect(readAnswer(connection.text()).status).toBe(413);
  });
});

describe('a query', () => {
  it.each([
    ['GET /v1/why', 'name: '],
    ['GET /v1/why?name=web&name=db-1', 'name: is given more than once'],
    ['GET /v1/why?name=', 'name: '],
    ['GET /v1/status?names=web', '"names"'],
    ['GET /v1/status?__proto__=web', '"__proto__"'],
    ['GET /v1/hello?x', '"x"'],
    ['GET /v1/events?since=-1', 'since: must be a number'],
    ['GET /v1/events?since=1e3', 'since: must be a number'],
    ['GET /v1/events?level=loud', 'level: '],
  ])('that is wrong is refused with what and where: %s', async (line, message) => {
    const { status, error } = await ask(line);
    expect({ status, code: error.code }).toEqual({ status: 400, code: 'bad-request' });
    expect(error.message).toContain(message);
  });
});

describe('bytes that are hardly HTTP', () => {
  it('of too many headers are too large', async () => {
    const headers = { 'holdfast-protocol': '1', padding: 'x'.repeat(20_000) };
    const { status, error } = await ask('GET /v1/hello', '', headers);
    expect({ status, code: error.code }).toEqual({ status: 431, code: 'too-large' });
  });

  it('are refused with a sentence', async () => {
    const { status, headers, body } = readAnswer(
      await exchange(scene.socketPath, 'EHLO me\r\n\r\n'),
    );
    expect(status).toBe(400);
    expect(headers['holdfast-protocol']).toBe('1');
    expect(JSON.parse(body).error.message).toContain('the request is not valid HTTP');
  });

  it.each(['', 'host: \r\n', 'host: a b\r\n', 'host: evil.example\r\n', 'host: [::\r\n'])(
    'do not fail by their host: %j',
    async (host) => {
      const text = `GET /v1/hello HTTP/1.1\r\n${host}holdfast-protocol: 1\r\n\r\n`;
      expect(readAnswer(await exchange(scene.socketPath, text)).status).toBe(200);
    },
  );

  it('cannot put a second request behind the first', async () => {
    const order = requestText('POST /v1/restart', '{}');
    const text = await exchange(scene.socketPath, order + order + order);
    expect(readAnswer(text)).toMatchObject({ status: 200, headers: { connection: 'close' } });
    expect(scene.fleet.orders).toHaveLength(1);
  });

  it('get an answer or are cut off, whatever they are', async () => {
    await scene.close();
    scene = await openScene({ limits: { requestMs: 50, answerMs: 50, closeMs: 50 } });
    const line = constantFrom(
      'GET /v1/status?name=',
      'GET /v1/events?since=0&name=',
      'POST /v1/up',
      'POST /v1/reload',
      'GET http://',
      'CONNECT web:22',
      'PRI *',
    );
    const header = constantFrom(
      'holdfast-protocol: 1',
      'content-length: 5',
      'content-length: -5',
      'transfer-encoding: chunked',
      'expect: 100-continue',
      'expect: wonders',
      'connection: upgrade\r\nupgrade: websocket',
      'connection: keep-alive',
    );
    const request = array(oneof(line, header, string(), json(), constant('\r\n')), {
      maxLength: 12,
    });
    const bytes = oneof(
      uint8Array({ maxLength: 300 }),
      request.map((words) => Buffer.from(words.join('\r\n'))),
      line.chain((first) =>
        array(header).map((more) =>
          Buffer.from(`${first} HTTP/1.1\r\n${more.join('\r\n')}\r\n\r\n{}`),
        ),
      ),
    );
    await assert(
      asyncProperty(bytes, async (sent) => {
        const connection = connectRaw(scene.socketPath);
        connection.socket.end(sent);
        await connection.closed;
        expect(connection.text()).toMatch(/^$|^HTTP\/1\.1 \d{3} /);
      }),
      { numRuns: 300 },
    );
    expect(await isAlive()).toBe(true);
  });
});

describe('a slow or silent connection', () => {
  beforeEach(async () => {
    await scene.close();
    scene = await openScene({ limits: { requestMs: 100, answerMs: 100, connections: 5 } });
  });

  it.each([
    ['says nothing', ''],
    ['stops in the first line', 'GET /v1/hel'],
    ['stops in the headers', 'GET /v1/hello HTTP/1.1\r\nholdfast-pro'],
    ['stops in the body', requestText('POST /v1/up', '{"names":[]}').slice(0, -3)],
  ])('is told so and cut off when it %s', async (_, text) => {
    const { status, body } = readAnswer(await exchange(scene.socketPath, text));
    expect({ status, code: JSON.parse(body).error.code }).toEqual({
      status: 408,
      code: 'bad-request',
    });
    expect(scene.fleet.orders).toEqual([]);
  });

  it('is cut off when it drips', async () => {
    const connection = connectRaw(scene.socketPath);
    const drip = setInterval(() => connection.socket.write('x-a: b\r\n'), 10);
    connection.socket.write('GET /v1/hello HTTP/1.1\r\n');
    await connection.closed;
    clearInterval(drip);
    expect(readAnswer(connection.text()).status).toBe(408);
  });

  it('is cut off when it does not read its answer', async () => {
    const [tunnel] = scene.fleet.status().tunnels;
    scene.fleet.add({ ...tunnel!, name: 'wide', host: 'x'.repeat(4_000_000) });
    const connections = Array.from({ length: 5 }, () => connectRaw(scene.socketPath));
    for (const { socket } of connections) socket.pause().write(requestText('GET /v1/status'));
    await expect.poll(() => scene.client.hello().catch(() => undefined)).toBeDefined();
    for (const { socket } of connections) socket.destroy();
  });
});

describe('many connections', () => {
  it('beyond the limit are told so, and there is room again when others go', async () => {
    const held = Array.from({ length: 64 }, () => connectRaw(scene.socketPath));
    await Promise.all(
      held.map(({ socket }) => new Promise((done) => socket.once('connect', done))),
    );
    const refused = readAnswer(await exchange(scene.socketPath, requestText('GET /v1/hello')));
    expect(refused.status).toBe(503);
    expect(JSON.parse(refused.body)).toMatchObject({ error: { code: 'too-many' } });
    held[0]!.socket.destroy();
    await expect.poll(() => scene.client.hello().catch(() => undefined)).toBeDefined();
    for (const { socket } of held) socket.destroy();
  });
});
