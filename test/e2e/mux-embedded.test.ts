import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { connect as dial } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EmbeddedServer } from '@holdfast/demo';
import { createTunnel, type RunningTunnel } from '@holdfast/engine';
import {
  clearControlPath,
  connectMux,
  controlMasterArguments,
  createMuxDriver,
  type MuxClient,
} from '@holdfast/engine/parts';
import type { HeartbeatEvent } from '@holdfast/machines';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { forwardOf } from '../../packages/engine/src/testing/tunnel-specs.ts';
import {
  endScene,
  PATIENT,
  sshOver,
  sshTo,
  startLine,
  startServer,
} from './support/embedded-scene.ts';
import { findFreePorts } from './support/free-ports.ts';
import { converse } from './support/tcp-conversation.ts';

const ECHO_PORT = 7;
const ANSWERED = { type: 'heartbeat.answered' };
/** Long enough for a busy machine, and for a silence that must be found. */
const WAIT = { timeoutMs: 90_000 };
const SHORT_MS = 500;

let folder: string;
let path: string;
let clients: MuxClient[] = [];
let tunnels: RunningTunnel[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-mux-'));
  path = join(folder, 's');
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  for (const tunnel of tunnels.splice(0)) await tunnel.stop();
  await endScene();
  rmSync(folder, { recursive: true });
});

const asMaster = () => ['-M', '-S', path, '-o', 'ControlPersist=no', '-N'];

/** What ssh_config, a shell or ssh itself could take for something else. */
const ODD_NAMES = [
  'a space',
  '"double" quotes',
  "'single' quotes",
  'half a "quote',
  '100% %h %d',
  'back\\slash \\" \\',
  '$HOME {x}',
  '~',
  '#comment',
  'key=value',
  'ünï-日本',
  'new\nline',
  ' blanks ',
];

/** Every answer to one probe of an ssh. */
function probe({ pid }: { readonly pid: number }, timeoutMs = WAIT.timeoutMs) {
  const driver = createMuxDriver({ controlPath: path, timeoutMs });
  return new Promise<HeartbeatEvent>((resolve) => driver.probe({ pid }).subscribe(resolve));
}

/** A client of the ssh at the path, as soon as it has logged in. */
async function connect(): Promise<MuxClient> {
  const client = await vi.waitUntil(() => connectMux(path, WAIT).catch(() => undefined), PATIENT);
  clients.push(client);
  return client;
}

const noForwards = (server: EmbeddedServer) =>
  expect.poll(() => server.remoteForwards, PATIENT).toEqual([]);

describe('a probe', () => {
  test('waits for the login, is answered, and leaves nothing behind', async () => {
    const server = await startServer();
    const ssh = sshTo(server, ...asMaster());
    for (let round = 0; round < 3; round += 1) expect(await probe(ssh)).toEqual(ANSWERED);
    await noForwards(server);
    expect(ssh.stderr).toBe('');
  });

  test('is answered by a server that forbids forwards', async () => {
    const server = await startServer({ allowForwarding: false });
    const ssh = sshTo(server, ...asMaster());
    for (let round = 0; round < 3; round += 1) expect(await probe(ssh)).toEqual(ANSWERED);
    await expect.poll(() => ssh.stderr.split('\n').length, PATIENT).toBe(4);
  });

  test('is missed while the line is frozen, and answered when it thaws', async () => {
    const server = await startServer();
    const line = await startLine(server);
    const ssh = sshOver(line, server, ...asMaster());
    expect(await probe(ssh)).toEqual(ANSWERED);
    line.freeze();
    const silence = `the server does not answer (waited ${SHORT_MS} ms)`;
    const missed = { type: 'heartbeat.missed', reason: silence };
    expect(await probe(ssh, SHORT_MS)).toEqual(missed);
    expect(await probe(ssh, SHORT_MS)).toEqual(missed);
    line.thaw();
    expect(await probe(ssh)).toEqual(ANSWERED);
    // Also what was granted too late is taken back.
    await noForwards(server);
  });

  test('is missed while ssh itself is stopped', async () => {
    const server = await startServer();
    const ssh = sshTo(server, ...asMaster());
    expect(await probe(ssh)).toEqual(ANSWERED);
    process.kill(ssh.pid, 'SIGSTOP');
    expect(await probe(ssh, SHORT_MS)).toMatchObject({ type: 'heartbeat.missed' });
    process.kill(ssh.pid, 'SIGCONT');
    expect(await probe(ssh)).toEqual(ANSWERED);
  });

  test('is missed by an ssh that is no master, whoever has its socket', async () => {
    const server = await startServer();
    const ssh = sshTo(server, '-N');
    await expect.poll(() => server.connections, PATIENT).toBe(1);
    const noSocket = expect.stringContaining('is not a master');
    expect(await probe(ssh, SHORT_MS)).toEqual({ type: 'heartbeat.missed', reason: noSocket });
    const stranger = sshTo(server, ...asMaster());
    expect(await probe(stranger)).toEqual(ANSWERED);
    const reason = `control socket ${path} is held by pid ${stranger.pid}, not by ssh (pid ${ssh.pid})`;
    expect(await probe(ssh)).toEqual({ type: 'heartbeat.unsent', reason });
  });

  test('lets nobody in at the far end before it is taken back', async () => {
    const server = await startServer();
    const ssh = sshTo(server, ...asMaster());
    const client = await connect();
    const nowhere = forwardOf('remote', '127.0.0.1:0:/dev/null/holdfast/x');
    const port = await client.openForward(nowhere, WAIT);
    await expect(server.connect(port!)).rejects.toThrow();
    await client.closeForward(nowhere, WAIT);
    await noForwards(server);
    expect(await probe(ssh)).toEqual(ANSWERED);
  });
});

describe('a client of a running ssh', () => {
  async function masterWithClient(...options: readonly string[]) {
    const server = await startServer();
    const ssh = sshTo(server, ...asMaster(), ...options);
    return { server, ssh, client: await connect() };
  }

  async function isEcho(port: number): Promise<void> {
    const conversation = await converse(port);
    conversation.write('hello');
    await expect.poll(() => conversation.received, PATIENT).toBe('hello');
    conversation.end();
  }

  const echoAt = (port: number) => forwardOf('local', `127.0.0.1:${port}:127.0.0.1:${ECHO_PORT}`);

  test('knows its pid, and ends it', async () => {
    const { ssh, client } = await masterWithClient();
    expect(await client.masterPid(WAIT)).toBe(ssh.pid);
    await client.terminate(WAIT);
    expect((await ssh.ended).code).not.toBeNull();
    expect(await client.ended).toMatchObject({ code: 'closed' });
  });

  test('opens and closes forwards of every kind', async () => {
    const { server, client } = await masterWithClient();
    const [local, dynamic] = [await findFreePorts(1), await findFreePorts(1)];
    await client.openForward(echoAt(local), WAIT);
    await isEcho(local);
    const socks = forwardOf('socks', `127.0.0.1:${dynamic}`);
    await client.openForward(socks, WAIT);
    await client.openForward(forwardOf('remote', '8080:127.0.0.1:9'), WAIT);
    await client.openForward(forwardOf('remote', '1080'), WAIT);
    const anyPort = forwardOf('remote', '0:127.0.0.1:9');
    const chosen = await client.openForward(anyPort, WAIT);
    expect(server.remoteForwards).toEqual([8080, 1080, chosen]);
    await client.closeForward(anyPort, WAIT);
    await client.closeForward(forwardOf('remote', '8080:127.0.0.1:9'), WAIT);
    await client.closeForward(forwardOf('remote', '1080'), WAIT);
    await client.closeForward(socks, WAIT);
    await client.closeForward(echoAt(local), WAIT);
    await noForwards(server);
    expect(await areClosed(local, dynamic)).toBe(true);
  });

  test('opens a forward at a Unix socket', async () => {
    const { client } = await masterWithClient();
    const port = await findFreePorts(1);
    const socket = join(folder, 'echo');
    await client.openForward(forwardOf('local', `${socket}:127.0.0.1:${ECHO_PORT}`), WAIT);
    const again = forwardOf('remote', `0:${socket}`);
    expect(await client.openForward(again, WAIT)).toBeGreaterThan(0);
    await client.openForward(echoAt(port), WAIT);
    await isEcho(port);
  });

  test('closes a forward of the command line', async () => {
    const port = await findFreePorts(1);
    const text = `127.0.0.1:${port}:127.0.0.1:${ECHO_PORT}`;
    const { client } = await masterWithClient('-L', text);
    await isEcho(port);
    await client.closeForward(forwardOf('local', text), WAIT);
    expect(await areClosed(port)).toBe(true);
  });

  test('is told why a forward cannot be', async () => {
    const { server, client } = await masterWithClient();
    server.hold(8080);
    const held = forwardOf('remote', '8080:127.0.0.1:9');
    await expect(client.openForward(held, WAIT)).rejects.toMatchObject({
      code: 'refused',
      answer: 'remote port forwarding failed for listen port 8080',
    });
    await expect(client.closeForward(held, WAIT)).rejects.toMatchObject({ code: 'refused' });
    const port = await findFreePorts(1);
    await client.openForward(echoAt(port), WAIT);
    await expect(
      client.openForward(forwardOf('local', `127.0.0.1:${port}:127.0.0.1:9`), WAIT),
    ).rejects.toMatchObject({ code: 'refused' });
  });

  test('opens and closes forwards, and probes, while another carries bytes', async () => {
    const port = await findFreePorts(1);
    const carrying = ['-L', `127.0.0.1:${port}:127.0.0.1:${ECHO_PORT}`];
    const { server, ssh, client } = await masterWithClient(...carrying);
    const conversation = await converse(port);
    let sent = '';
    const send = () => {
      const part = randomBytes(20_000).toString('hex');
      sent += part;
      conversation.write(part);
    };
    for (let round = 0; round < 20; round += 1) {
      send();
      const other = await findFreePorts(1);
      await client.openForward(echoAt(other), WAIT);
      send();
      await isEcho(other);
      await client.closeForward(echoAt(other), WAIT);
      expect(await probe(ssh)).toEqual(ANSWERED);
    }
    // The forward that carries can be closed as well: its connections live on.
    await client.closeForward(echoAt(port), WAIT);
    send();
    await expect.poll(() => conversation.received.length, PATIENT).toBe(sent.length);
    expect(conversation.received === sent).toBe(true);
    await noForwards(server);
  });
});

/** Whether nobody listens at any of these ports any more. */
async function areClosed(...ports: readonly number[]): Promise<boolean> {
  const refused = ports.map(
    (port) =>
      new Promise<boolean>((resolve) => {
        const socket = dial({ port, host: '127.0.0.1' });
        socket.once('connect', () => resolve(false)).once('error', () => resolve(true));
        socket.once('connect', () => socket.destroy());
      }),
  );
  return (await Promise.all(refused)).every(Boolean);
}

test('a control socket is found in a folder of any name', async () => {
  const server = await startServer();
  for (const name of ODD_NAMES) {
    const odd = join(folder, name);
    mkdirSync(odd);
    path = join(odd, 's');
    const ssh = sshTo(server, ...controlMasterArguments(path), '-N');
    expect(await probe(ssh), name).toEqual(ANSWERED);
  }
});

describe('a supervised tunnel', () => {
  const startTunnel = (args: () => readonly string[]) => {
    const tunnel = createTunnel({
      name: 'mux',
      rules: 'autossh-1.4',
      gateSeconds: 0,
      pollSeconds: 1,
      firstPollSeconds: 0.2,
      command: () => {
        clearControlPath(path);
        return { file: 'ssh', args: [...controlMasterArguments(path), '-N', ...args()] };
      },
      heartbeat: createMuxDriver({ controlPath: path, timeoutMs: 2000 }),
    });
    tunnels.push(tunnel);
    const story: string[] = [];
    tunnel.state$.subscribe((state) => story.push(state));
    tunnel.fact$.subscribe((fact) => {
      if ('reason' in fact) story.push(`${fact.type}: ${fact.reason}`);
    });
    return story;
  };

  test('finds a silent line and heals', async () => {
    const server = await startServer();
    const lines = [await startLine(server)];
    const story = startTunnel(() => [
      ...server.clientArguments(lines.at(-1)!.port),
      server.destination,
    ]);
    await expect.poll(() => story.includes('healthy'), PATIENT).toBe(true);
    lines.push(await startLine(server));
    lines[0]!.freeze();
    const before = story.length;
    const isHealed = () => story.slice(before).includes('stopping') && story.at(-1) === 'healthy';
    await expect.poll(isHealed, PATIENT).toBe(true);
    expect(story.slice(before)).toEqual(
      expect.arrayContaining([
        'probing',
        'probe.missed: the server does not answer (waited 2000 ms)',
        'stop.began: heartbeat-missed',
        'stopping',
        'connecting',
        'healthy',
      ]),
    );
  });

  test('heals after its ssh was killed and left its socket behind', async () => {
    const server = await startServer();
    const story = startTunnel(() => [...server.clientArguments(), server.destination]);
    await expect.poll(() => story.includes('healthy'), PATIENT).toBe(true);
    process.kill(tunnels[0]!.actor.getSnapshot().context.pid!, 'SIGKILL');
    await expect.poll(() => server.acceptedConnections, PATIENT).toBe(2);
    const before = story.length;
    await expect.poll(() => story.slice(before).includes('healthy'), PATIENT).toBe(true);
    expect(story.join()).not.toContain('missed');
  });
});
