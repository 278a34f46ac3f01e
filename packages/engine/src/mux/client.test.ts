import fc from 'fast-check';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { scratchFolder, type ScratchFolder } from '../testing/scratch-folder.ts';
import type { ForwardEnds } from '../forward/forward.ts';
import { connectMux, type MuxClient } from './client.ts';
import { framePacket, PacketCutter } from './framing.ts';
import { isMuxError, MuxError } from './mux-error.ts';

const HELLO = 1;
const [ALIVE_CHECK, TERMINATE, OPEN, CLOSE] = [0x1000_0004, 0x1000_0005, 0x1000_0006, 0x1000_0007];
const [OK, DENIED, FAILURE, ALIVE, PORT] = [
  0x8000_0001, 0x8000_0002, 0x8000_0003, 0x8000_0005, 0x8000_0007,
];

const PATIENT = { timeout: 90_000, interval: 5 };
/** A time-out that passes in the case, and one that must not pass. */
const SHORT = { timeoutMs: 60 };
const LONG = { timeoutMs: 90_000 };

const LOCAL: ForwardEnds = {
  kind: 'local',
  listen: { kind: 'tcp', address: undefined, port: 80 },
  target: { kind: 'tcp', host: 'db', port: 1 },
};
const ANY_PORT: ForwardEnds = {
  kind: 'remote',
  listen: { kind: 'tcp', address: undefined, port: 0 },
  target: { kind: 'unix', path: '/a' },
};
const SERVER_SAID_NO = 'remote port forwarding failed for listen port 0';

/** One thing a client asked of the fake ssh. */
interface Asked {
  readonly type: number;
  readonly id: number;
  readonly packet: Buffer;
  say(packet: Buffer): void;
  readonly socket: Socket;
}

let folder: ScratchFolder;
let servers: Server[] = [];
let sockets: Socket[] = [];
let asked: Asked[] = [];
let clients: MuxClient[] = [];

beforeEach(() => {
  folder = scratchFolder();
  [servers, sockets, asked, clients] = [[], [], [], []];
});

afterEach(async () => {
  for (const client of clients) client.close();
  for (const socket of sockets) socket.destroy();
  for (const server of servers) if (server.listening) await once(server.close(), 'close');
  folder.remove();
});

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** A packet of numbers and strings. */
function packet(...parts: readonly (number | string)[]): Buffer {
  const bytes = parts.map((part) =>
    typeof part === 'number'
      ? uint32(part)
      : Buffer.concat([uint32(Buffer.byteLength(part)), Buffer.from(part)]),
  );
  return Buffer.concat(bytes);
}

/** Plays ssh at a path: greets, and does this with each request. */
async function playMaster(
  answer: (request: Asked) => unknown = () => undefined,
  greeting = framePacket(packet(HELLO, 4, 'info', '0')),
): Promise<string> {
  const server = createServer((socket) => {
    sockets.push(socket.on('error', () => undefined));
    const cutter = new PacketCutter();
    const say = (bytes: Buffer) => void socket.write(framePacket(bytes));
    socket.write(greeting);
    socket.on('data', (piece) => {
      for (const bytes of cutter.cut(piece)) {
        const type = bytes.readUInt32BE();
        if (type === HELLO) continue;
        const request = { type, id: bytes.readUInt32BE(4), packet: bytes, say, socket };
        asked.push(request);
        answer(request);
      }
    });
  });
  servers.push(server);
  server.listen(folder.file('s'));
  await once(server, 'listening');
  return folder.file('s');
}

async function connectTo(path: string): Promise<MuxClient> {
  const client = await connectMux(path, LONG);
  clients.push(client);
  return client;
}

const connectToMaster = async (answer?: (request: Asked) => unknown) =>
  connectTo(await playMaster(answer));

const isGone = (socket = sockets[0]) => expect.poll(() => socket?.closed, PATIENT).toBe(true);

const failure = (code: string, sentence = '') =>
  expect.objectContaining({ name: 'MuxError', code, message: expect.stringContaining(sentence) });

describe('connecting', () => {
  test('says hello', async () => {
    const client = await connectToMaster();
    client.close();
    await isGone();
    expect(asked).toEqual([]);
  });

  test.each<[title: string, greeting: Buffer, code: string, sentence: string]>([
    ['another version', framePacket(packet(HELLO, 5)), 'wrong-version', 'version 5'],
    ['something else than hello', framePacket(packet(OK, 1)), 'bad-message', '0x80000001'],
    ['an empty packet', framePacket(packet()), 'bad-message', 'ends too soon'],
    ['too long a packet', packet(0x7fff_ffff), 'bad-message', '2147483647 bytes'],
    ['another protocol', Buffer.from('SSH-2.0-OpenSSH_9.2\r\n'), 'bad-message', 'bytes'],
  ])('to one who begins with %s fails', async (_, greeting, code, sentence) => {
    const path = await playMaster(undefined, greeting);
    await expect(connectMux(path, LONG)).rejects.toEqual(failure(code, `control socket ${path}`));
    await expect(connectMux(path, LONG)).rejects.toEqual(failure(code, sentence));
    await isGone();
  });

  test('to one who says nothing takes the time-out', async () => {
    const path = await playMaster(undefined, Buffer.alloc(0));
    await expect(connectMux(path, SHORT)).rejects.toEqual(failure('timed-out', 'within 60 ms'));
    await isGone();
  });

  test('to one who says half a hello and hangs up fails', async () => {
    const path = await playMaster(undefined, Buffer.alloc(3));
    const connecting = connectMux(path, LONG);
    await expect.poll(() => sockets.length, PATIENT).toBe(1);
    sockets[0]?.end();
    await expect(connecting).rejects.toEqual(failure('closed', `ssh closed its control socket`));
  });

  test('can be given up', async () => {
    const path = await playMaster(undefined, Buffer.alloc(0));
    const giveUp = new AbortController();
    const connecting = connectMux(path, { ...LONG, signal: giveUp.signal });
    giveUp.abort('enough');
    await expect(connecting).rejects.toMatchObject({ code: 'aborted', cause: 'enough' });
    await expect(connectMux(path, { ...LONG, signal: giveUp.signal })).rejects.toEqual(
      failure('aborted'),
    );
  });

  test.each<[title: string, path: () => string, code: string]>([
    ['nothing', () => folder.file('none'), 'no-master'],
    ['a file', () => folder.program('file', ''), 'no-master'],
    ['a file in place of a folder', () => `${folder.program('file', '')}/s`, 'no-way'],
    ['a path that is too long', () => folder.file('x'.repeat(200)), 'unreachable'],
    ['an empty path', () => '', 'unreachable'],
    ['a path with a zero byte', () => folder.file('a\0b'), 'unreachable'],
  ])('to %s fails', async (_, path, code) => {
    await expect(connectMux(path(), LONG)).rejects.toEqual(failure(code, 'control socket '));
  });
});

describe('a request', () => {
  test('is answered by its number, in any order', async () => {
    const client = await connectToMaster(() => {
      if (asked.length < 3) return;
      for (const { id, say } of asked.toReversed()) say(packet(ALIVE, id, 100 + id));
    });
    const all = [1, 2, 3].map(() => client.masterPid(LONG));
    expect(await Promise.all(all)).toEqual(asked.map(({ id }) => 100 + id));
    expect(asked.map(({ type }) => type)).toEqual([ALIVE_CHECK, ALIVE_CHECK, ALIVE_CHECK]);
    expect(sockets).toHaveLength(1);
  });

  test('opens and closes forwards', async () => {
    const client = await connectToMaster(({ id, type, packet: bytes, say }) => {
      const isRemote = bytes.readUInt32BE(8) === 2;
      say(type === OPEN && isRemote ? packet(PORT, id, 4000) : packet(OK, id));
    });
    expect(await client.openForward(LOCAL, LONG)).toBeUndefined();
    expect(await client.openForward(ANY_PORT, LONG)).toBe(4000);
    await client.closeForward(LOCAL, LONG);
    expect(asked.map(({ type }) => type)).toEqual([OPEN, OPEN, CLOSE]);
  });

  test('for an impossible forward is not made, and harms no other', async () => {
    const client = await connectToMaster(({ id, say }) => say(packet(OK, id)));
    const bad: ForwardEnds = { ...LOCAL, target: { kind: 'unix', path: '%d/a' } };
    await expect(client.openForward(bad, LONG)).rejects.toEqual(failure('bad-forward'));
    await client.openForward(LOCAL, LONG);
    expect(asked).toHaveLength(1);
  });

  test.each([
    ['refused', FAILURE],
    ['permission-denied', DENIED],
  ])('can be %s, with the words of ssh made fit for a log', async (code, type) => {
    const client = await connectToMaster(({ id, say }) => say(packet(type, id, 'no\r\nway')));
    const error = await client.openForward(LOCAL, LONG).catch((reason: unknown) => reason);
    expect(error).toEqual(failure(code, 'ssh refused: no way'));
    expect(error).toMatchObject({ answer: 'no\r\nway' });
  });

  test('without an answer takes its own time-out', async () => {
    const client = await connectToMaster(({ id, say }) => id > 1 && say(packet(ALIVE, id, 5)));
    const [late, pid] = [client.masterPid(SHORT), client.masterPid(LONG)];
    await expect(late).rejects.toEqual(failure('timed-out', 'within 60 ms'));
    expect(await pid).toBe(5);
  });

  test('can be given up, also before it is made', async () => {
    const client = await connectToMaster();
    const giveUp = new AbortController();
    const waiting = client.masterPid({ ...LONG, signal: giveUp.signal });
    await expect.poll(() => asked.length, PATIENT).toBe(1);
    giveUp.abort();
    await expect(waiting).rejects.toEqual(failure('aborted'));
    await expect(client.masterPid({ ...LONG, signal: giveUp.signal })).rejects.toEqual(
      failure('aborted'),
    );
    expect(asked).toHaveLength(1);
  });

  test.each<[title: string, answer: (request: Asked) => unknown, code: string]>([
    ['hangs up', ({ socket }) => socket.end(), 'closed'],
    ['resets', ({ socket }) => socket.destroy(), 'closed'],
    ['hangs up in the middle', ({ socket, id }) => socket.end(packet(12, ALIVE, id)), 'closed'],
    ['answers another', ({ id, say }) => say(packet(ALIVE, id + 1, 5)), 'bad-message'],
    ['answers something else', ({ id, say }) => say(packet(PORT, id, 5)), 'bad-message'],
    ['answers too much', ({ id, say }) => say(packet(ALIVE, id, 5, 5)), 'bad-message'],
    ['says hello again', ({ say }) => say(packet(HELLO, 4)), 'bad-message'],
    ['talks nonsense', ({ say }) => say(Buffer.from('nonsense')), 'bad-message'],
    ['announces 4 GiB', ({ socket }) => socket.write(uint32(0xffff_ffff)), 'bad-message'],
  ])('and all others fail when ssh %s', async (_, answer, code) => {
    const client = await connectToMaster((request) => request.id === 2 && answer(request));
    const both = await Promise.allSettled([client.masterPid(LONG), client.masterPid(LONG)]);
    expect(both).toEqual([1, 2].map(() => ({ status: 'rejected', reason: failure(code) })));
    expect(await client.ended).toEqual(failure(code));
    await expect(client.masterPid(LONG)).rejects.toEqual(failure(code));
    await isGone();
  });

  test('for a port is not answered without one, nor any other with one', async () => {
    const client = await connectToMaster(({ id, say }) => say(packet(OK, id)));
    await expect(client.openForward(ANY_PORT, LONG)).rejects.toEqual(failure('bad-message'));
    await once(servers[0]!.close(), 'close');
    const other = await connectToMaster(({ id, say }) => say(packet(PORT, id, 1)));
    await expect(other.openForward(LOCAL, LONG)).rejects.toEqual(failure('bad-message'));
  });
});

describe('an answer that comes too late', () => {
  test('is passed over', async () => {
    const client = await connectToMaster();
    await expect(client.masterPid(SHORT)).rejects.toEqual(failure('timed-out'));
    asked[0]?.say(packet(ALIVE, asked[0].id, 5));
    const next = client.masterPid(LONG);
    await expect.poll(() => asked.length, PATIENT).toBe(2);
    asked[1]?.say(packet(ALIVE, asked[1].id, 6));
    expect(await next).toBe(6);
  });

  test.each<[ForwardEnds, granted: (id: number) => Buffer]>([
    [LOCAL, (id) => packet(OK, id)],
    [ANY_PORT, (id) => packet(PORT, id, 4000)],
  ])('and opened a forward, is taken back (%#)', async (forward, granted) => {
    const client = await connectToMaster();
    await expect(client.openForward(forward, SHORT)).rejects.toEqual(failure('timed-out'));
    const [open] = asked;
    open?.say(granted(open.id));
    await expect.poll(() => asked.length, PATIENT).toBe(2);
    const { type, packet: bytes } = asked[1]!;
    expect([type, bytes.subarray(8)]).toEqual([CLOSE, open?.packet.subarray(8)]);
  });

  test('and refused a forward, needs nothing taken back', async () => {
    const client = await connectToMaster();
    await expect(client.openForward(LOCAL, SHORT)).rejects.toEqual(failure('timed-out'));
    asked[0]?.say(packet(FAILURE, asked[0].id, 'no'));
    void client.masterPid(LONG).catch(() => undefined);
    await expect.poll(() => asked.length, PATIENT).toBe(2);
    expect(asked[1]?.type).toBe(ALIVE_CHECK);
  });
});

describe('closing', () => {
  test('tells all who wait, and hangs up at once', async () => {
    const client = await connectToMaster();
    const waiting = client.masterPid(LONG);
    client.close();
    client.close();
    await expect(waiting).rejects.toEqual(failure('closed', 'was closed'));
    await expect(client.masterPid(LONG)).rejects.toEqual(failure('closed'));
    expect(await client.ended).toEqual(failure('closed', 'was closed'));
    await isGone();
  });

  test('waits, unseen, for the answer about a forward, and takes it back', async () => {
    const client = await connectToMaster();
    const opening = client.openForward(ANY_PORT, LONG);
    await expect.poll(() => asked.length, PATIENT).toBe(1);
    client.close();
    await expect(opening).rejects.toEqual(failure('closed'));
    expect(sockets[0]?.closed).toBe(false);
    asked[0]?.say(packet(PORT, asked[0].id, 4000));
    await expect.poll(() => asked.map(({ type }) => type), PATIENT).toEqual([OPEN, CLOSE]);
    expect(sockets[0]?.closed).toBe(false);
    asked[1]?.say(packet(OK, asked[1].id));
    await isGone();
  });

  test('ends with ssh, if the answer never comes', async () => {
    const client = await connectToMaster();
    const opening = client.openForward(ANY_PORT, SHORT);
    await expect(opening).rejects.toEqual(failure('timed-out'));
    client.close();
    sockets[0]?.destroy();
    await isGone();
  });
});

describe('ending ssh', () => {
  test.each<[title: string, answer: (request: Asked) => unknown]>([
    ['answers', ({ id, say }) => say(packet(OK, id))],
    ['is gone before it answers', ({ socket }) => socket.end()],
  ])('has worked when it %s', async (_, answer) => {
    const client = await connectToMaster(answer);
    await client.terminate(LONG);
    expect(asked.map(({ type }) => type)).toEqual([TERMINATE]);
  });

  test('fails when ssh may not, or is not there any more', async () => {
    const client = await connectToMaster(({ id, say }) => say(packet(DENIED, id, 'no')));
    await expect(client.terminate(LONG)).rejects.toEqual(failure('permission-denied'));
    sockets[0]?.destroy();
    await client.ended;
    await expect(client.terminate(LONG)).rejects.toEqual(failure('closed'));
  });
});

describe('a probe', () => {
  test('asks for a forward to nowhere, each time another, and takes it back as it was asked', async () => {
    const client = await connectToMaster(({ id, say }) => say(packet(OK, id)));
    expect(await client.probe(LONG)).toBe('granted');
    expect(await client.probe(LONG)).toBe('granted');
    await expect.poll(() => asked.length, PATIENT).toBe(4);
    const [first, back, second] = asked.map(({ packet: bytes }) => bytes.subarray(8).toString());
    expect(asked.map(({ type }) => type)).toEqual([OPEN, CLOSE, OPEN, CLOSE]);
    // A port by its number: one that a server chooses may not be taken back.
    expect(first).toContain('127.0.0.1\0\0');
    expect(first).not.toContain('127.0.0.1\0\0\0\0');
    expect(first).toContain('/dev/null/');
    expect([back, second === first]).toEqual([first, false]);
  });

  test('counts the refusal of the server, with nothing to take back', async () => {
    const client = await connectToMaster(({ id, say }) => say(packet(FAILURE, id, SERVER_SAID_NO)));
    expect(await client.probe(LONG)).toBe('refused');
    await client.probe(LONG);
    expect(asked.map(({ type }) => type)).toEqual([OPEN, OPEN]);
  });

  test.each([
    ['refused', FAILURE, 'unsupported request'],
    ['refused', FAILURE, 'Invalid forwarding request'],
    ['permission-denied', DENIED, SERVER_SAID_NO],
  ])('does not take ssh for its server: %s', async (code, type, reason) => {
    const client = await connectToMaster(({ id, say }) => say(packet(type, id, reason)));
    await expect(client.probe(LONG)).rejects.toEqual(failure(code));
  });
});

test('whatever comes, in whatever pieces, each request ends with an answer or a MuxError', async () => {
  let pieces: readonly Uint8Array[] = [];
  const path = await playMaster(({ socket }) => {
    for (const piece of pieces) socket.write(piece);
    socket.end();
  });
  const id = fc.constantFrom(1, 2, 3);
  const type = fc.constantFrom(OK, DENIED, FAILURE, ALIVE, PORT, HELLO, OPEN);
  const sensible = fc
    .tuple(
      type,
      id,
      fc.oneof(
        fc.constant([]),
        fc.nat().map((n) => [n]),
        fc.string().map((s) => [s]),
      ),
    )
    .map(([a, b, rest]) => framePacket(packet(a, b, ...rest)));
  const piece = fc.oneof(sensible, fc.uint8Array({ maxLength: 20 }));
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 5 }), async (given) => {
      pieces = given;
      const client = await connectMux(path, LONG);
      const requests = [
        client.masterPid(LONG),
        client.openForward(LOCAL, LONG),
        client.probe(LONG),
      ];
      for (const end of await Promise.allSettled(requests)) {
        if (end.status === 'rejected') expect(isMuxError(end.reason)).toBe(true);
      }
      expect(await client.ended).toBeInstanceOf(MuxError);
    }),
    { numRuns: 200 },
  );
});

test('a file that is no socket is left as it is', async () => {
  writeFileSync(folder.file('s'), 'mine');
  await expect(connectMux(folder.file('s'), LONG)).rejects.toEqual(failure('no-master'));
});
