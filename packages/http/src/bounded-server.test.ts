import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { sendJson } from './answer.ts';
import { closeServer, createBoundedServer, type ServerLimits } from './bounded-server.ts';
import { beginEvents, eventFrame, writeFrame } from './event-stream.ts';
import { isRequestError, RequestError } from './request-error.ts';
import { parseJson, readBody, readTarget } from './request.ts';

const LIMITS: ServerLimits = {
  connections: 4,
  toldConnections: 1,
  headerBytes: 4096,
  requestMs: 60_000,
  answerMs: 60_000,
};

type Answer = (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void>;

let server: Server | undefined;
afterEach(async () => {
  if (server !== undefined) await closeServer(server, 0);
  server = undefined;
});

async function open(answer: Answer, limits: Partial<ServerLimits> = {}): Promise<number> {
  server = createBoundedServer({
    limits: { ...LIMITS, ...limits },
    headers: { 'x-ours': 'yes' },
    answer,
    toRefusal: (error) =>
      isRequestError(error) ? error : new RequestError('internal', 'a bug', 500),
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function knock(port: number, text = ''): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').setEncoding('utf8');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(text);
  return socket;
}

/** What comes until the other side closes. */
async function read(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (piece: string) => (text += piece));
  await once(socket, 'close');
  return text;
}

const ask = async (port: number, text: string) => read(await knock(port, text));
const errorIn = (text: string) => JSON.parse(text.slice(text.indexOf('{'))).error as unknown;

const echo: Answer = async (incoming, outgoing) => {
  const { method, path, query } = readTarget(incoming);
  const body = parseJson(await readBody(incoming, 100));
  sendJson(outgoing, 200, { method, path, query: [...query], body }, LIMITS.answerMs);
};

function post(path: string, body: string): string {
  return `POST ${path} HTTP/1.1\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
}

describe('a request', () => {
  it('is taken apart and answered, and its connection ends', async () => {
    const text = await ask(await open(echo), post('/a%20b?x=1&x=2', '{"y":3}'));
    expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(text).toMatch(/x-ours: yes[^]*connection: close/i);
    expect(JSON.parse(text.slice(text.indexOf('{')))).toEqual({
      method: 'POST',
      path: '/a%20b',
      query: [
        ['x', '1'],
        ['x', '2'],
      ],
      body: { y: 3 },
    });
  });

  it.each([
    ['that is not HTTP', 'EHLO me\r\n\r\n', 400, 'bad-request'],
    ['with large headers', `GET / HTTP/1.1\r\nx: ${'x'.repeat(5000)}\r\n\r\n`, 431, 'too-large'],
    ['with a large body', post('/', 'x'.repeat(101)), 413, 'too-large'],
    ['whose body is not JSON', post('/', '{'), 400, 'bad-request'],
  ])('%s is refused with a sentence', async (_, text, status, code) => {
    const answer = await ask(await open(echo), text);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer).toContain('x-ours: yes');
    expect(errorIn(answer)).toEqual({ code, message: expect.any(String) });
  });

  it('that comes too slowly is told so', async () => {
    const answer = await ask(await open(echo, { requestMs: 50 }), 'GET / HT');
    expect(answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
  });

  it('that fails is refused in the words of who stands on the server', async () => {
    const answer = await ask(
      await open(async () => {
        throw new Error('/etc/secret');
      }),
      post('/', ''),
    );
    expect(answer).toMatch(/^HTTP\/1\.1 500 /);
    expect(errorIn(answer)).toEqual({ code: 'internal', message: 'a bug' });
  });
});

it('tells some of too many connections so, and has room again when others go', async () => {
  const port = await open(echo);
  const held = await Promise.all([1, 2, 3, 4].map(() => knock(port)));
  const told = await ask(port, post('/', ''));
  expect(told).toMatch(/^HTTP\/1\.1 503 /);
  expect(errorIn(told)).toMatchObject({ code: 'too-many' });
  for (const socket of held) socket.destroy();
  await expect.poll(() => ask(port, post('/', ''))).toMatch(/^HTTP\/1\.1 200 /);
});

it('cuts off a reader of events who does not keep up, and no other', async () => {
  const streams: ServerResponse[] = [];
  const port = await open(async (_, outgoing) => {
    beginEvents(outgoing);
    streams.push(outgoing);
  });
  const slow = (await knock(port, 'GET / HTTP/1.1\r\n\r\n')).pause();
  await expect.poll(() => streams.length).toBe(1);
  const [stream] = streams as [ServerResponse];
  const frame = eventFrame(JSON.stringify('x'.repeat(100_000)), 7);
  while (!stream.destroyed) {
    writeFrame(stream, frame, 1_000_000);
    await new Promise(setImmediate);
  }
  slow.destroy();
  const quick = await knock(port, 'GET / HTTP/1.1\r\n\r\n');
  await expect.poll(() => streams.length).toBe(2);
  const text = read(quick);
  writeFrame(streams[1]!, eventFrame('{"a":1}', 7) + eventFrame('{}'), 1_000_000);
  streams[1]!.end();
  expect(await text).toContain('id: 7\ndata: {"a":1}\n\ndata: {}\n\n');
});
