import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectMux, ConnectionWatch, createMuxDriver, monotonicMs } from '@holdfast/engine/parts';
import { socketInodes } from '../../packages/engine/src/listeners/socket-holder.ts';
import { tcpSockets } from '../../packages/engine/src/listeners/tcp-sockets.ts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { PATIENT } from './support/embedded-scene.ts';
import { findFreePorts } from './support/free-ports.ts';
import { endAllSsh, type RealSsh, startSsh } from './support/real-ssh.ts';
import {
  ECHO_PORT,
  type NamespaceSshd,
  sshdAvailable,
  startSshdInNamespace,
} from './support/sshd-namespace.ts';
import { startProgram, type StartedProgram } from './support/started-program.ts';
import { converse, endAllConversations, type TcpConversation } from './support/tcp-conversation.ts';

const missing = sshdAvailable();
const note = missing === undefined ? '' : ` (${missing})`;

const IDLE = { hasMoved: false, resendInMs: null, hasAddress: true, streams: 0 };

/** What the first line through a forward is answered with. */
const HELLO = 'hello';

const SINK_PORT = 9;
const SOURCE_PORT = 19;

/** In the network of the server: one takes all and says nothing, one sends without end. */
const SERVICES = `
  const { createServer } = require('node:net');
  const listen = (port, serve) => new Promise((resolve) =>
    createServer((socket) => serve(socket.on('error', () => {}))).listen(port, '127.0.0.1', resolve));
  const send = (socket) => { while (socket.writable && socket.write(Buffer.alloc(65536))); };
  Promise.all([
    listen(${SINK_PORT}, (socket) => socket.resume()),
    listen(${SOURCE_PORT}, (socket) => { socket.on('drain', () => send(socket)); send(socket); }),
  ]).then(() => console.log('ready'));
`;

describe.skipIf(missing !== undefined)(`the table of sockets and a real ssh${note}`, () => {
  let sshd: NamespaceSshd;
  let services: StartedProgram;
  let folder: string;
  let path: string;
  let port: number;
  const endings: (() => unknown)[] = [];

  beforeAll(async () => {
    sshd = await startSshdInNamespace();
    services = await startProgram(sshd.namespace.inside(process.execPath, '-e', SERVICES), /ready/);
  });

  afterAll(async () => {
    await services.kill();
    await sshd.close();
  });

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-watch-'));
    path = join(folder, 's');
    port = await findFreePorts(1);
  });

  afterEach(async () => {
    for (const end of endings.splice(0).reverse()) await end();
    endAllConversations();
    await endAllSsh();
    // What was frozen never ends by itself.
    sshd.dropSessions();
    rmSync(folder, { recursive: true });
  });

  const master = (...options: readonly string[]) => [
    ...sshd.clientArguments(),
    '-M',
    '-S',
    path,
    '-o',
    'ControlPersist=no',
    '-N',
    ...options,
    sshd.destination,
  ];

  async function login(...options: readonly string[]): Promise<RealSsh> {
    const ssh = startSsh(master(...options));
    await expect.poll(() => probe(ssh.pid, 90_000), PATIENT).toBe('heartbeat.answered');
    // Its descriptor would be the next stream's.
    await expect.poll(hasControlClient, PATIENT).toBe(false);
    return ssh;
  }

  /** Whether ssh still has the connection of a probe. */
  function hasControlClient(): boolean {
    const rows = readFileSync('/proc/net/unix', 'utf8').split('\n');
    return rows.some((row) => row.includes(` ${path}.`) && / 03 +\d+ /.test(row));
  }

  const local = (to: number) => ['-L', `${port}:127.0.0.1:${to}`];

  async function probe(pid: number, timeoutMs = 1000): Promise<string> {
    const driver = createMuxDriver({ controlPath: path, timeoutMs });
    return new Promise((resolve) => driver.probe({ pid }).subscribe(({ type }) => resolve(type)));
  }

  /** What is seen when a probe is late. */
  async function seeLate(watch: ConnectionWatch, pid: number) {
    const sentMs = monotonicMs();
    const answer = await probe(pid);
    return { answer, ...(await watch.sight(sentMs)) };
  }

  async function talk(to = port): Promise<TcpConversation> {
    const conversation = await converse(to);
    conversation.write(HELLO);
    await expect.poll(() => conversation.received, PATIENT).toBe(HELLO);
    return conversation;
  }

  /** Makes the line slow, from one of its ends. */
  function slow(command: readonly string[], device: string): void {
    const tc = (...words: readonly string[]) => {
      const [file = '', ...rest] = [...command, 'tc', 'qdisc', ...words];
      execFileSync(file, rest, { stdio: 'pipe' });
    };
    tc(...`add dev ${device} root tbf rate 1mbit burst 16kb latency 500ms`.split(' '));
    endings.push(() => tc('del', 'dev', device, 'root'));
  }

  async function streams(watch: ConnectionWatch, just?: 'answered') {
    if (just === 'answered') watch.answered();
    return (await watch.sight(monotonicMs()))?.streams;
  }

  test('of a tunnel without streams it tells that all is well', async () => {
    const ssh = await login(...local(ECHO_PORT));
    const watch = new ConnectionWatch(ssh.pid, path);
    await expect.poll(() => watch.sight(monotonicMs()), PATIENT).toEqual(IDLE);
    expect(watch.hasAddress()).toBe(true);
  });

  test('every kind of stream counts, if it was open at the last answer and still is', async () => {
    const target = createServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1');
    await once(target, 'listening');
    endings.push(() => target.close());
    const targetPort = (target.address() as { port: number }).port;
    const remote = await findFreePorts(1);
    const socks = await findFreePorts(1);
    const ssh = await login(
      ...local(ECHO_PORT),
      '-D',
      String(socks),
      '-R',
      `127.0.0.1:${remote}:127.0.0.1:${targetPort}`,
      '-L',
      `${join(folder, 'u')}:127.0.0.1:${ECHO_PORT}`,
    );
    const watch = new ConnectionWatch(ssh.pid, path);
    expect(await streams(watch)).toBe(0);
    const first = await talk();
    // It is newer than the last answer, and has got its own.
    expect(await streams(watch)).toBe(1);
    watch.answered();
    expect(await streams(watch)).toBe(1);

    await talk();
    const inside = await startProgram(
      sshd.namespace.inside(
        process.execPath,
        '-e',
        `require('node:net').connect(${remote}, '127.0.0.1').on('error', () => {}).once('data', () => console.log('ready')).write('x')`,
      ),
      /ready/,
    );
    endings.push(() => inside.kill());
    const unix = await startProgram(
      [
        process.execPath,
        '-e',
        `require('node:net').connect(${JSON.stringify(join(folder, 'u'))}).once('data', () => console.log('ready')).write('x')`,
      ],
      /ready/,
    );
    endings.push(() => unix.kill());
    const proxied = await converse(socks);
    proxied.write(`\x04\x01\x00${String.fromCharCode(ECHO_PORT)}\x7f\x00\x00\x01\x00`);
    await expect.poll(() => proxied.received, PATIENT).not.toBe('');
    const mux = await connectMux(path, { timeoutMs: 90_000 });
    endings.push(() => mux.close());
    watch.answered();
    expect(await streams(watch)).toBe(5);

    first.end();
    await expect.poll(() => streams(watch), PATIENT).toBe(4);
  });

  test('one that has got nothing yet counts once the server has opened its end', async () => {
    const ssh = await login(...local(SINK_PORT));
    const watch = new ConnectionWatch(ssh.pid, path);
    await converse(port);
    await expect.poll(() => streams(watch), PATIENT).toBe(1);
  });

  test('one that was opened since the path was lost does not count', async () => {
    const ssh = await login(...local(ECHO_PORT));
    const watch = new ConnectionWatch(ssh.pid, path);
    await sshd.namespace.swallow();
    endings.push(() => sshd.namespace.answer());
    const late = await converse(port);
    late.write('is anybody there');
    await expect.poll(() => isLetIn(ssh.pid), PATIENT).toBe(true);
    // The table may be some milliseconds older than the stream.
    await expect.poll(() => streams(watch), PATIENT).toBe(0);
  });

  /** Whether ssh has taken a connection at its forward. */
  function isLetIn(pid: number): boolean {
    const inodes = socketInodes(pid);
    return tcpSockets(pid).some(
      (socket) => socket.port === port && socket.remotePort !== 0 && inodes?.has(socket.inode),
    );
  }

  test('a session over the control socket counts', async () => {
    const ssh = await login();
    const watch = new ConnectionWatch(ssh.pid, path);
    const session = startSsh(['-F', '/dev/null', '-S', path, sshd.destination, 'echo in; cat']);
    await expect.poll(() => session.stdout, PATIENT).toBe('in\n');
    watch.answered();
    expect(await streams(watch)).toBeGreaterThan(0);
    session.endInput();
    await session.ended;
    await expect.poll(() => streams(watch), PATIENT).toBe(0);
  });

  test('a client that gives up while the path is down counts no more', async () => {
    const ssh = await login(...local(ECHO_PORT));
    const watch = new ConnectionWatch(ssh.pid, path);
    await talk();
    watch.answered();
    await sshd.namespace.swallow();
    endings.push(() => sshd.namespace.answer());
    expect(await streams(watch)).toBe(1);
    endAllConversations();
    await expect.poll(() => streams(watch), PATIENT).toBe(0);
  });

  test('while all is lost it tells when TCP sends again, and nothing moves', async () => {
    const ssh = await login(...local(ECHO_PORT));
    const watch = new ConnectionWatch(ssh.pid, path);
    const conversation = await talk();
    watch.answered();
    await sshd.namespace.swallow();
    const late = await seeLate(watch, ssh.pid);
    expect(late).toMatchObject({ answer: 'heartbeat.missed', hasMoved: false, streams: 1 });
    expect(late.resendInMs).toBeGreaterThanOrEqual(0);
    conversation.write('more');
    expect(await seeLate(watch, ssh.pid)).toMatchObject({ hasMoved: false });
    await sshd.namespace.answer();
    await expect.poll(() => probe(ssh.pid, 90_000), PATIENT).toBe('heartbeat.answered');
    await expect.poll(() => watch.sight(monotonicMs()), PATIENT).toEqual({ ...IDLE, streams: 1 });
  });

  test('a server that is frozen takes a probe in, and nothing moves', async () => {
    const ssh = await login();
    const watch = new ConnectionWatch(ssh.pid, path);
    sshd.freeze();
    for (let round = 0; round < 3; round += 1) {
      expect(await seeLate(watch, ssh.pid)).toEqual({ answer: 'heartbeat.missed', ...IDLE });
    }
  });

  test('a full upload moves', async () => {
    const ssh = await login(...local(SINK_PORT));
    const watch = new ConnectionWatch(ssh.pid, path);
    const upload = await converse(port);
    await expect.poll(() => streams(watch, 'answered'), PATIENT).toBe(1);
    slow([], sshd.namespace.outside.device);
    upload.write('x'.repeat(8_000_000));
    await expect
      .poll(() => seeLate(watch, ssh.pid), PATIENT)
      .toMatchObject({
        answer: 'heartbeat.missed',
        hasMoved: true,
        streams: 1,
      });
  });

  test('a full download moves', async () => {
    const ssh = await login(...local(SOURCE_PORT));
    const watch = new ConnectionWatch(ssh.pid, path);
    slow(sshd.namespace.inside(), sshd.namespace.innerDevice);
    await converse(port);
    await expect
      .poll(() => seeLate(watch, ssh.pid), PATIENT)
      .toMatchObject({
        answer: 'heartbeat.missed',
        hasMoved: true,
      });
  });

  test('an upload stands still once all is lost', async () => {
    const ssh = await login(...local(SINK_PORT));
    const watch = new ConnectionWatch(ssh.pid, path);
    const upload = await converse(port);
    slow([], sshd.namespace.outside.device);
    upload.write('x'.repeat(8_000_000));
    await expect.poll(() => seeLate(watch, ssh.pid), PATIENT).toMatchObject({ hasMoved: true });
    await sshd.namespace.swallow();
    endings.push(() => sshd.namespace.answer());
    await expect.poll(() => seeLate(watch, ssh.pid), PATIENT).toMatchObject({ hasMoved: false });
  });

  test('an address of this machine that goes away is seen at once', async () => {
    const ssh = await login();
    const watch = new ConnectionWatch(ssh.pid, path);
    expect(await watch.sight(monotonicMs())).toMatchObject({ hasAddress: true });
    await sshd.namespace.takeAddress();
    endings.push(() => sshd.namespace.giveAddress());
    expect(watch.hasAddress()).toBe(false);
    expect(await watch.sight(monotonicMs())).toMatchObject({ hasAddress: false });
  });

  test('through a proxy command it tells nothing', async () => {
    const relay = `node -e "process.stdin.pipe(require('node:net').connect(%p, '%h')).pipe(process.stdout)"`;
    const ssh = await login('-o', `ProxyCommand=${relay}`, ...local(ECHO_PORT));
    const watch = new ConnectionWatch(ssh.pid, path);
    await talk();
    watch.answered();
    expect(await watch.sight(monotonicMs())).toBeNull();
    expect(watch.hasAddress()).toBe(true);
  });

  test('through a jump host it tells nothing', async () => {
    const config = join(folder, 'config');
    const options = sshd.clientArguments().slice(2);
    const settings = options.filter((_, at) => options[at - 1] === '-o');
    const lines = [
      ...settings.map((each) => each.replace('=', ' ')),
      `IdentityFile ${options[options.indexOf('-i') + 1]}`,
      // ssh does not jump from a host to one of the same name.
      'Host jump',
      `HostName ${sshd.address}`,
    ];
    writeFileSync(config, `${lines.join('\n')}\n`);
    const words = ['-F', config, '-J', 'jump', '-M', '-S', path, '-N', sshd.destination];
    const ssh = startSsh(words);
    await expect.poll(() => probe(ssh.pid, 90_000), PATIENT).toBe('heartbeat.answered');
    expect(await new ConnectionWatch(ssh.pid, path).sight(monotonicMs())).toBeNull();
  });

  test('of an ssh that was started by a script it tells all the same', async () => {
    const script = await startProgram(
      ['sh', '-c', 'ssh "$@" & echo ready; wait', 'sh', ...master(...local(ECHO_PORT))],
      /ready/,
    );
    endings.push(() => script.kill());
    await expect.poll(() => probe(script.pid, 90_000), PATIENT).toBe('heartbeat.answered');
    const watch = new ConnectionWatch(script.pid, path);
    await talk();
    watch.answered();
    await expect.poll(() => watch.sight(monotonicMs()), PATIENT).toEqual({ ...IDLE, streams: 1 });
    const mux = await connectMux(path, { timeoutMs: 90_000 });
    await mux.terminate({ timeoutMs: 90_000 });
    mux.close();
    await expect.poll(() => watch.sight(monotonicMs()), PATIENT).toBeNull();
  });
});
