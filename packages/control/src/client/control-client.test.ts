import {
  array,
  assert,
  asyncProperty,
  constantFrom,
  jsonValue,
  oneof,
  string,
  uint8Array,
} from 'fast-check';
import { writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HELLO, openScene } from '../testing/control-scene.ts';
import { makeRuntimeFolder } from '../testing/runtime-folder.ts';
import { createControlClient, type ControlClient } from './control-client.ts';
import { ControlError, isControlError } from './control-error.ts';

let folder: ReturnType<typeof makeRuntimeFolder>;
let socketPath: string;
const servers: ReturnType<typeof createServer>[] = [];
beforeEach(() => {
  folder = makeRuntimeFolder();
  socketPath = folder.file('control.sock');
});
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
  folder.remove();
});

const OPTIONS = { version: '1.2.3', quickMs: 10_000, slowMs: 10_000 };

function client(more = {}): ControlClient {
  return createControlClient({ socketPath, ...OPTIONS, ...more });
}

/** Listens, and does this with every connection that has sent something. */
async function answerWith(reply: (socket: Socket) => void): Promise<void> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined).once('data', () => reply(socket));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
}

function answerText(body: string, status = '200 OK', headers: readonly string[] = []): string {
  const all = ['holdfast-protocol: 1', `content-length: ${Buffer.byteLength(body)}`, ...headers];
  return `HTTP/1.1 ${status}\r\n${all.join('\r\n')}\r\n\r\n${body}`;
}

async function errorOf(promise: Promise<unknown>): Promise<ControlError> {
  const thrown: unknown = await promise.then(
    (value) => new Error(`answered: ${JSON.stringify(value)}`),
    (error: unknown) => error,
  );
  if (isControlError(thrown)) return thrown;
  throw thrown;
}

/** Every method that has one answer, each with something to say. */
function questions(of: ControlClient): readonly Promise<unknown>[] {
  const order = { tunnel: 'web', kind: 'local', spec: '1:a:2' } as const;
  return [
    of.hello(),
    of.status({ names: ['a b&c=d', '\ud800'] }),
    of.why('web'),
    of.up(),
    of.down(),
    of.restart({ names: ['web'] }),
    of.reload('/etc/t.toml'),
    of.addForward(order),
    of.removeForward(order),
    of.end(),
  ];
}

/** Every method. */
function calls(of: ControlClient): readonly Promise<unknown>[] {
  return [...questions(of), of.events().next()];
}

async function codesOf(of: ControlClient): Promise<readonly string[]> {
  const errors = await Promise.all(calls(of).map(errorOf));
  return [...new Set(errors.map(({ code }) => code))];
}

describe('a client with nobody to talk to', () => {
  it('says so: no socket', async () => {
    expect(await codesOf(client())).toEqual(['not-running']);
    expect((await errorOf(client().status())).message).toBe(
      `no supervisor listens on ${socketPath}: start one with "holdfast up"`,
    );
  });

  it('says so: no folder, a file for a folder, a file for a socket', async () => {
    writeFileSync(folder.file('file'), '');
    for (const path of ['none/control.sock', 'file/control.sock', 'file']) {
      expect(await codesOf(client({ socketPath: folder.file(path) }))).toEqual(['not-running']);
    }
  });

  it('says so: a path that no socket can have', async () => {
    const path = folder.file('x'.repeat(200));
    expect(await codesOf(client({ socketPath: path }))).toHaveLength(1);
  });
});

describe('a client of a supervisor that hangs', () => {
  it('gives up: no answer', async () => {
    await answerWith(() => undefined);
    const hasty = client({ quickMs: 50, slowMs: 50 });
    const errors = await Promise.all(questions(hasty).map(errorOf));
    expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(['timed-out']));
    expect(errors[0]!.message).toContain('was silent for 0.05 s');
    expect((await errorOf(hasty.events({ silenceMs: 50 }).next())).code).toBe('timed-out');
  });

  it('gives up on what waits for ssh as soon as nothing else is answered either', async () => {
    await answerWith(() => undefined);
    const patient = client({ quickMs: 50, slowMs: 3_600_000 });
    expect((await errorOf(patient.end())).message).toContain('was silent for 0.05 s');
  });

  it('waits for ssh as long as the supervisor says who it is', async () => {
    let ended: Socket | undefined;
    const hello = answerText(JSON.stringify(HELLO));
    const server = createServer((socket) => {
      socket
        .on('error', () => undefined)
        .once('data', (data) => {
          if (String(data).startsWith('POST')) ended = socket;
          else {
            socket.write(hello);
            ended?.write(answerText('{"tunnels":["web"]}'));
          }
        });
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(socketPath, resolve));
    expect(await client({ slowMs: 60_000 }).end()).toEqual({ tunnels: ['web'] });
  });

  it.each([
    ['half of a line', 'HTTP/1.'],
    ['half of the headers', 'HTTP/1.1 200 OK\r\nholdfast-pro'],
    ['half of a body', 'HTTP/1.1 200 OK\r\nholdfast-protocol: 1\r\ncontent-length: 99\r\n\r\n{"a'],
    ['progress without an end', 'HTTP/1.1 102 Processing\r\n\r\n'.repeat(100)],
  ])('gives up: %s', async (_, text) => {
    await answerWith((socket) => socket.write(text));
    expect((await errorOf(client({ quickMs: 50 }).status())).code).toBe('timed-out');
    expect((await errorOf(client().events({ silenceMs: 50 }).next())).code).toMatch(
      /^(timed-out|bad-answer)$/,
    );
  });

  it('gives up on events that stop coming, but not because their reader is slow', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const scene = await openScene();
    const events = scene.client.events({ since: 0 });
    scene.fleet.happen();
    await events.next();
    vi.advanceTimersByTime(1_000_000);
    scene.fleet.happen({ sentence: 'still here' });
    expect(await events.next()).toMatchObject({ value: { sentence: 'still here' } });
    const next = errorOf(events.next());
    await scene.client.hello();
    vi.advanceTimersByTime(44_999);
    await scene.client.hello();
    vi.advanceTimersByTime(1);
    expect(await next).toMatchObject({ code: 'timed-out' });
    await scene.close();
    vi.useRealTimers();
  });
});

describe('a client of another version', () => {
  const newer = ['holdfast-version: 9.0.0'];
  const text = (protocol: number, body: string) =>
    answerText(body, '200 OK', newer).replace('protocol: 1', `protocol: ${protocol}`);

  it.each([
    [
      2,
      'the running supervisor is holdfast 9.0.0 (protocol 2), this command is holdfast 1.2.3 (protocol 1)',
    ],
    [
      0,
      'the running supervisor is holdfast 9.0.0 (protocol 0), this command is holdfast 1.2.3 (protocol 1)',
    ],
  ])('says so when the supervisor speaks protocol %d', async (protocol, sentence) => {
    await answerWith((socket) => socket.end(text(protocol, '{"tunnels":[]}')));
    const error = await errorOf(client().status());
    expect(error).toMatchObject({
      code: 'wrong-protocol',
      message: `${sentence}: run "holdfast down" and "holdfast up" again`,
    });
    expect((await errorOf(client().events().next())).code).toBe('wrong-protocol');
    expect(await client().end()).toEqual({ tunnels: [] });
  });
});

describe('a client of a supervisor that lies', () => {
  it.each([
    ['no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['no header of ours', 'HTTP/1.1 200 OK\r\ncontent-length: 14\r\n\r\n{"tunnels":[]}'],
    ['no JSON', answerText('<html>')],
    ['no answer to the question', answerText('{"tunnels":{}}')],
    ['a list of nothing', answerText('{"tunnels":[null]}')],
    ['null', answerText('null')],
    ['a status without a body', answerText('', '204 No Content')],
    ['another place', answerText('{}', '302 Found', ['location: http://evil.example/'])],
    [
      'another way to talk',
      'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
    ],
    [
      'a refusal of no known kind',
      answerText('{"error":{"code":"toString","message":"x"}}', '400 Bad'),
    ],
    ['a refusal without a sentence', answerText('{"error":{"code":"internal"}}', '500 Bad')],
    ['endless headers', `HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(20_000)}`],
  ])('does not believe it: %s', async (_, text) => {
    await answerWith((socket) => socket.end(text));
    expect(await codesOf(client())).toEqual(['bad-answer']);
  });

  it.each([
    ['without a word', ''],
    ['in the middle of its answer', answerText('{"tunnels":[]}').slice(0, -1)],
  ])('says that the supervisor hung up: %s', async (_, text) => {
    await answerWith((socket) => socket.end(text));
    const error = await errorOf(client().status());
    expect(error).toMatchObject({ code: 'hung-up' });
    expect(error.message).toContain('hung up before it answered');
  });

  it('reads no more than 16 MB', async () => {
    await answerWith((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nholdfast-protocol: 1\r\n\r\n');
      const more = (): unknown => socket.writable && socket.write(' '.repeat(1_000_000), more);
      more();
    });
    const error = await errorOf(client().status());
    expect(error).toMatchObject({ code: 'bad-answer' });
    expect(error.message).toContain('it is larger than 16777216 bytes');
  });

  it('shows no control characters of it', async () => {
    const location = {
      file: 'a\u001b[2J',
      line: 1,
      column: 1,
      length: 1,
      code: 'syntax',
      key: '',
      wrong: 'b\rc',
      allowed: '',
    };
    const error = {
      code: 'config-invalid',
      message: 'x\u001b]0;evil\u0007\ny',
      locations: [location, 3, {}],
    };
    await answerWith((socket) => socket.end(answerText(JSON.stringify({ error }), '422 Bad')));
    expect(await errorOf(client().reload())).toMatchObject({
      message: 'x\uFFFD]0;evil\uFFFD y',
      locations: [{ ...location, file: 'a\uFFFD[2J', wrong: 'b c' }],
    });
  });

  it.each([
    ['no event', 'data: {}\n\n'],
    ['no JSON', 'data: {\n\n'],
    ['one event too long', `data: ${'x'.repeat(1_100_000)}`],
  ])('does not believe its events: %s', async (_, text) => {
    await answerWith((socket) =>
      socket.end(answerText(text, '200 OK', ['content-type: text/event-stream'])),
    );
    expect((await errorOf(client().events().next())).code).toBe('bad-answer');
  });

  it('ends with a typed error or an answer, whatever the bytes', async () => {
    const piece = oneof(
      string(),
      jsonValue().map((value) => JSON.stringify(value)),
      constantFrom(
        'HTTP/1.1 200 OK\r\n',
        'HTTP/1.1 100 Continue\r\n\r\n',
        'HTTP/1.1 500 Oh\r\n',
        'holdfast-protocol: 1\r\n',
        'content-length: 3\r\n',
        'transfer-encoding: chunked\r\n',
        'content-type: text/event-stream\r\n',
        'content-encoding: gzip\r\n',
        '\r\n',
        '\r\n\r\n',
        '{"tunnels":[]}',
        '{"error":{"code":"internal","message":"x"}}',
        'data: {"id":1}\n\n',
      ),
    );
    const answer = array(piece, { maxLength: 10 }).map((pieces) => Buffer.from(pieces.join('')));
    const stream = array(piece).map((pieces) =>
      Buffer.from(
        `HTTP/1.1 200 OK\r\nholdfast-protocol: 1\r\ncontent-type: text/event-stream\r\n\r\n${pieces.join('')}`,
      ),
    );
    const body = jsonValue().map((value) => Buffer.from(answerText(JSON.stringify(value))));
    let bytes: Uint8Array = Buffer.of();
    await answerWith((socket) => socket.end(bytes));
    await assert(
      asyncProperty(oneof(uint8Array({ maxLength: 300 }), answer, stream, body), async (sent) => {
        bytes = sent;
        const settled = await Promise.allSettled(calls(client()));
        for (const each of settled) {
          if (each.status === 'rejected') expect(each.reason).toBeInstanceOf(ControlError);
        }
      }),
      { numRuns: 150 },
    );
  });
});
