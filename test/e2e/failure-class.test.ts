import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { classifyFailure, type Failure, findRefusedForwards, stderrLines } from '@holdfast/engine';
import { afterEach, describe, expect, test } from 'vitest';
import { endScene, PATIENT, startServer } from './support/embedded-scene.ts';
import { findFreePorts } from './support/free-ports.ts';
import { missingPart } from './support/missing-part.ts';
import { type RealSsh, startSsh } from './support/real-ssh.ts';
import { createRunFolder, removeRunFolders } from './support/run-folder.ts';
import {
  type NamespaceSshd,
  sshdAvailable,
  startSshdInNamespace,
} from './support/sshd-namespace.ts';

const LOOPBACK = '127.0.0.1';
const ANY_HOST_KEY = ['-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null'];
const ALL_OR_NOTHING = ['-o', 'ExitOnForwardFailure=yes'];

const endings: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  await endScene();
  for (const end of endings.splice(0).reverse()) await end();
  await removeRunFolders();
});

/** Waits until ssh has ended, and classifies why. */
async function failureOf(ssh: RealSsh, wasHealthy = false): Promise<Failure> {
  const startedAtMs = performance.now();
  const { code, signal } = await ssh.ended;
  return classifyFailure({
    stderr: stderrLines(ssh.stderr),
    exit: { status: code, signal },
    ageMs: performance.now() - startedAtMs,
    wasHealthy,
  });
}

/** A server that does to each connection what it is told. */
async function listen(port: number, host: string, meet: (socket: Socket) => void = () => {}) {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    meet(socket);
  }).listen(port, host);
  await once(server, 'listening');
  endings.push(async () => {
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  });
}

async function hasIpv6(): Promise<boolean> {
  const server = createServer().listen(0, '::1');
  try {
    await once(server, 'listening');
    server.close();
    return true;
  } catch {
    return false;
  }
}

/** Options of an ssh that is led to a place of the test's own. */
const to = (port: number, ...more: readonly string[]) =>
  startSsh(['-F', '/dev/null', '-o', 'BatchMode=yes', '-p', `${port}`, ...more, '-N', LOOPBACK]);

describe('without any SSH server', () => {
  test('refused', async () => {
    const port = await findFreePorts(1);
    expect(await failureOf(to(port))).toMatchObject({
      class: 'unreachable',
      cause: 'refused',
      facts: { host: LOOPBACK, port },
      sentence: `127.0.0.1 port ${port} refused the connection: nobody listens there`,
    });
  });

  test('a name that nobody knows', async () => {
    const ssh = startSsh(['-F', '/dev/null', '-N', 'bind9.invalid']);
    const { class: failureClass, facts } = await failureOf(ssh);
    expect([failureClass, facts.host]).toEqual(['unreachable', 'bind9.invalid']);
  });

  test('closed before the greeting', async () => {
    const port = await findFreePorts(1);
    await listen(port, LOOPBACK, (socket) => socket.once('data', () => socket.end()));
    expect(await failureOf(to(port))).toMatchObject({
      class: 'throttled',
      cause: 'closed-early',
      facts: { host: LOOPBACK, port },
    });
  });

  test('no greeting in time', async () => {
    const port = await findFreePorts(1);
    await listen(port, LOOPBACK);
    expect(await failureOf(to(port, '-o', 'ConnectTimeout=1'))).toMatchObject({
      class: 'unreachable',
      cause: 'no-greeting',
      facts: { host: LOOPBACK, port },
    });
  });

  test('a jump host that refuses', async () => {
    const port = await findFreePorts(1);
    const jump = ['-J', `${LOOPBACK}:${port}`];
    expect(await failureOf(to(22, ...jump))).toMatchObject({
      class: 'unreachable',
      cause: 'refused',
      facts: { host: LOOPBACK, port },
    });
  });

  test.each([
    ['an option', ['-z', 'h'], 'unknown option -- z'],
    ['no host', ['-N'], undefined],
    ['a setting', ['-o', 'Foo=bar', 'h'], 'Bad configuration option: foo'],
    ['a forward', ['-L', 'nonsense', 'h'], "Bad local forwarding specification 'nonsense'"],
  ])('bad usage: %s', async (_, words, problem) => {
    const { class: failureClass, facts } = await failureOf(startSsh(['-F', '/dev/null', ...words]));
    expect([failureClass, facts.problem]).toEqual(['usage', problem]);
  });

  test('a bad line in the config', async () => {
    const file = createRunFolder().file('config');
    await writeFile(file, 'Host *\n  Permission denied\n');
    expect(await failureOf(startSsh(['-F', file, 'h']))).toMatchObject({
      class: 'usage',
      cause: 'bad-config',
      facts: { file, row: 2, problem: 'Bad configuration option: permission' },
    });
  });
});

describe('with the embedded server', () => {
  test('a key that is not let in', async () => {
    const [server, other] = [await startServer(), await startServer()];
    const words = [...ANY_HOST_KEY, ...other.clientArguments(server.port)];
    const ssh = startSsh([...words, '-N', server.destination]);
    expect(await failureOf(ssh)).toMatchObject({
      class: 'auth',
      cause: 'denied',
      facts: { host: LOOPBACK, methods: 'publickey' },
    });
  });

  test('a host key that has changed, with the command that removes the old one', async () => {
    const [server, other] = [await startServer(), await startServer()];
    const ssh = startSsh([...other.clientArguments(server.port), '-N', server.destination]);
    const { class: failureClass, facts, remedy } = await failureOf(ssh);
    expect(failureClass).toBe('host-key-changed');
    expect(facts).toMatchObject({ host: `[127.0.0.1]:${server.port}`, row: 1 });
    expect(remedy).toContain(`ssh-keygen -f ${facts.file} -R '[127.0.0.1]:${server.port}'`);
  });

  test.each([
    ['key-unknown', 'yes'],
    ['key-not-confirmed', 'ask'],
  ])('a host key that is not known: %s', async (cause, checking) => {
    const server = await startServer();
    const settings = [`StrictHostKeyChecking=${checking}`, 'BatchMode=yes'];
    const nobody = ['-o', 'UserKnownHostsFile=/dev/null', ...settings.flatMap((o) => ['-o', o])];
    const ssh = startSsh([...nobody, ...server.clientArguments(), '-N', server.destination]);
    expect(await failureOf(ssh)).toMatchObject({ class: 'host-key-unknown', cause });
  });

  test('a remote port that is held', async () => {
    const server = await startServer({ heldPorts: [8080] });
    const sshWith = (...words: readonly string[]) =>
      startSsh([
        ...server.clientArguments(),
        ...words,
        '-N',
        '-R',
        '8080:127.0.0.1:9',
        server.destination,
      ]);
    expect(await failureOf(sshWith(...ALL_OR_NOTHING))).toMatchObject({
      class: 'remote-port-held',
      facts: { port: 8080 },
    });
    const running = sshWith();
    const refused = () => findRefusedForwards(stderrLines(running.stderr));
    await expect.poll(refused, PATIENT).toMatchObject([{ class: 'remote-port-held' }]);
  });

  test('a local port that is held at one of two addresses', async (context) => {
    if (!(await hasIpv6()))
      return context.skip(missingPart('no ::1 here: give lo an IPv6 address'));
    const server = await startServer();
    const port = await findFreePorts(1);
    await listen(port, LOOPBACK);
    const words = [
      ...server.clientArguments(),
      ...ALL_OR_NOTHING,
      '-N',
      '-L',
      `${port}:127.0.0.1:7`,
    ];
    const half = startSsh([...words, server.destination]);
    const refused = () => findRefusedForwards(stderrLines(half.stderr));
    await expect
      .poll(refused, PATIENT)
      .toMatchObject([
        { class: 'local-port-held', cause: 'local-port-half-held', facts: { port } },
      ]);
    await expect.poll(() => server.connections, PATIENT).toBe(1);
  });

  test('a local port that is held', async () => {
    const server = await startServer();
    const port = await findFreePorts(1);
    await listen(port, LOOPBACK);
    const words = [...server.clientArguments(), ...ALL_OR_NOTHING];
    const forward = ['-4', '-N', '-L', `${port}:127.0.0.1:7`];
    expect(await failureOf(startSsh([...words, ...forward, server.destination]))).toMatchObject({
      class: 'local-port-held',
      cause: 'local-port-held',
      facts: { port, address: LOOPBACK },
    });
  });

  test('dropped', async () => {
    const server = await startServer();
    const ssh = startSsh([...server.clientArguments(), '-N', server.destination]);
    await expect.poll(() => server.connections, PATIENT).toBe(1);
    server.dropConnections();
    expect(await failureOf(ssh, true)).toMatchObject({ class: 'dropped' });
  });

  test('through a master of the user', async () => {
    const server = await startServer();
    const control = ['-o', `ControlPath=${createRunFolder().file('master')}`];
    const master = startSsh([
      ...server.clientArguments(),
      '-M',
      ...control,
      '-v',
      '-N',
      server.destination,
    ]);
    await expect.poll(() => master.stderr, PATIENT).toContain('Entering interactive session');
    const port = await findFreePorts(1);
    const words = [...server.clientArguments(), ...control, '-N', '-L', `${port}:127.0.0.1:7`];
    const ssh = startSsh([...words, server.destination]);
    ssh.endInput();
    expect(await failureOf(ssh)).toMatchObject({ class: 'unknown', cause: 'ended-well' });
  });
});

const missing = sshdAvailable();

describe.skipIf(missing !== undefined)(
  `with OpenSSH's server${missing === undefined ? '' : ` (${missing})`}`,
  () => {
    async function startSshd(...config: readonly string[]): Promise<NamespaceSshd> {
      const sshd = await startSshdInNamespace(config);
      endings.push(() => sshd.close());
      return sshd;
    }

    const sshTo = (sshd: NamespaceSshd, ...words: readonly string[]) =>
      startSsh([...words, ...sshd.clientArguments(), '-N', sshd.destination]);

    test('MaxStartups', async () => {
      const sshd = await startSshd('MaxStartups 1');
      const socket = connect(sshd.port, sshd.address).on('error', () => undefined);
      endings.push(async () => socket.destroy());
      // The server's greeting: it has counted this one.
      await once(socket, 'data');
      expect(await failureOf(sshTo(sshd))).toMatchObject({
        class: 'throttled',
        cause: 'closed-early',
        facts: { host: sshd.address, port: sshd.port },
      });
    });

    test('a banner that looks like an error', async () => {
      const banner = join(createRunFolder().path, 'banner');
      const sshd = await startSshd(`Banner ${banner}`, 'MaxAuthTries 3');
      await writeFile(
        banner,
        '@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\r\nHost key verification failed.\r\n',
      );
      const ssh = sshTo(sshd, '-o', 'PreferredAuthentications=password', '-o', 'BatchMode=yes');
      expect(await failureOf(ssh)).toMatchObject({ class: 'auth', cause: 'denied' });
      expect(ssh.stderr).toContain('Host key verification failed.');
    });

    test('a silent server after it was let in', async () => {
      const sshd = await startSshd();
      const alive = ['-o', 'ServerAliveInterval=1', '-o', 'ServerAliveCountMax=1', '-v'];
      const ssh = sshTo(sshd, ...alive);
      await expect.poll(() => ssh.stderr, PATIENT).toContain('Entering interactive session');
      sshd.freeze();
      expect(await failureOf(ssh, true)).toMatchObject({
        class: 'dropped',
        cause: 'no-answer',
        facts: { host: sshd.address },
      });
    });

    test('the words of a command at the other end are its own', async () => {
      const sshd = await startSshd();
      const says = 'echo "Permission denied (publickey)." >&2; exit 255';
      const ssh = startSsh([...sshd.clientArguments(), sshd.destination, says]);
      const line = 'Permission denied (publickey).';
      expect(await failureOf(ssh)).toMatchObject({ class: 'unknown', line });
    });
  },
);
