import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TunnelStatus } from '@holdfast/engine';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { expectBytes } from './support/echo-bytes.ts';
import { PATIENT } from './support/embedded-scene.ts';
import { findFreePorts } from './support/free-ports.ts';
import {
  createHoldfastScene,
  echoForward,
  endHoldfastScenes,
  type HoldfastScene,
  tunnelToServer,
  type TunnelKeys,
} from './support/holdfast.ts';
import {
  type NamespaceSshd,
  sshdAvailable,
  startSshdInNamespace,
} from './support/sshd-namespace.ts';
import { converse, endAllConversations } from './support/tcp-conversation.ts';

const run = promisify(execFile);

/** Connects once, and waits until the other side hangs up. */
const CONNECT_TO_2222 = `require('node:net').connect(2222, '127.0.0.1').on('error', () => {}).resume();`;

describe.skipIf(sshdAvailable())("with OpenSSH's server, the forwards of a tunnel", () => {
  let server: NamespaceSshd;
  const strangers: Server[] = [];

  beforeAll(async () => {
    server = await startSshdInNamespace();
  });

  afterAll(() => server.close());

  afterEach(async () => {
    endAllConversations();
    for (const stranger of strangers.splice(0)) stranger.close();
    await endHoldfastScenes();
  });

  async function start(scene: HoldfastScene, keys: TunnelKeys): Promise<TunnelStatus> {
    scene.write(tunnelToServer('db', server, keys));
    await scene.up('--wait', '60s');
    return tunnelOf(scene);
  }

  async function tunnelOf(scene: HoldfastScene): Promise<TunnelStatus> {
    return (await scene.status()).tunnels[0]!;
  }

  /** What `ssh -O` does behind the back of the supervisor. */
  async function control(scene: HoldfastScene, order: string, ...words: readonly string[]) {
    const folder = scene.folder.file('run/holdfast/ssh');
    const [name] = readdirSync(folder);
    await run('ssh', ['-F', 'none', '-S', join(folder, name!), '-O', order, ...words, 'x']);
  }

  async function logOf(scene: HoldfastScene): Promise<string> {
    return (await scene.holdfast('logs', 'db')).stdout;
  }

  /** The echo service through a Unix socket. */
  async function echoes(path: string): Promise<boolean> {
    const socket = connect({ path });
    socket.write('there and back');
    try {
      const [bytes] = (await Promise.race([once(socket, 'data'), once(socket, 'end')])) as [
        Buffer | undefined,
      ];
      return String(bytes) === 'there and back';
    } catch {
      return false;
    } finally {
      socket.destroy();
    }
  }

  test('are opened over the control connection when ssh clears them, and again when one is cancelled', async () => {
    const scene = createHoldfastScene();
    const [port, socks] = [await findFreePorts(1), await findFreePorts(1)];
    const { pid, forwards } = await start(scene, {
      local: [echoForward(port)],
      socks: [`127.0.0.1:${socks}`],
      options: ['-o', 'ClearAllForwardings=yes'],
    });
    expect(forwards.map(({ isBound }) => isBound)).toEqual([true, true]);
    await expectBytes(port);
    await expect.poll(() => logOf(scene), PATIENT).toContain('were opened over the control');

    await control(scene, 'cancel', '-L', echoForward(port));
    await expect.poll(() => logOf(scene), PATIENT).toContain('was opened again, over the control');
    expect(await logOf(scene)).toContain(`forward -L ${echoForward(port)} was lost`);
    await expectBytes(port);
    expect(await tunnelOf(scene)).toMatchObject({ pid, starts: 1, isHealthy: true });
  });

  test('of which a stranger took one are degraded until he is gone; the others stay', async () => {
    const scene = createHoldfastScene();
    const [port, kept] = [await findFreePorts(1), await findFreePorts(1)];
    const { pid } = await start(scene, { local: [echoForward(port), echoForward(kept)] });
    // The supervisor may be quicker to open it again: then once more.
    const take = async () => {
      await control(scene, 'cancel', '-L', echoForward(port));
      const stranger = createServer().listen(port, '127.0.0.1');
      strangers.push(stranger);
      return await once(stranger, 'listening').then(
        () => true,
        () => false,
      );
    };
    while (!(await take()));
    await expect.poll(async () => (await tunnelOf(scene)).isDegraded, PATIENT).toBe(true);
    const problem = expect.stringContaining(`pid ${process.pid}`);
    expect(await tunnelOf(scene)).toMatchObject({
      pid,
      isHealthy: false,
      forwards: [{ isBound: false, problem }, { isBound: true }],
    });
    expect((await scene.holdfast('status')).status).toBe(5);
    expect((await scene.holdfast('why', 'db')).stdout).toContain('is missing');
    await expectBytes(kept);
    for (const stranger of strangers.splice(0)) stranger.close();
    await scene.up('--wait', '60s');
    await expectBytes(port);
    expect(await tunnelOf(scene)).toMatchObject({ pid, starts: 1 });
  });

  test('at a Unix socket come back after the death of ssh, and after the loss of their file', async () => {
    const scene = createHoldfastScene();
    const path = scene.folder.file('db.sock');
    const filledIn = '${XDG_STATE_HOME}/other.sock';
    const { pid } = await start(scene, {
      local: [`${path}:127.0.0.1:7`, `${filledIn}:127.0.0.1:7`],
    });
    expect(await echoes(path)).toBe(true);
    process.kill(pid!, 'SIGKILL');
    await expect.poll(async () => (await tunnelOf(scene)).starts, PATIENT).toBe(2);
    await scene.up('--wait', '60s');
    expect(await echoes(path)).toBe(true);
    expect(await echoes(scene.folder.file('state/other.sock'))).toBe(true);
    rmSync(path);
    await expect.poll(() => echoes(path), PATIENT).toBe(true);
    expect(await tunnelOf(scene)).toMatchObject({ starts: 2, isHealthy: true });
  });

  test('at a Unix socket leave files, folders and the sockets of others alone, and say so', async () => {
    const scene = createHoldfastScene();
    const path = scene.folder.file('db.sock');
    const sentence = async () => (await tunnelOf(scene)).failure?.sentence;
    mkdirSync(path);
    scene.write(tunnelToServer('db', server, { local: [`${path}:127.0.0.1:7`] }));
    await scene.up();
    await expect.poll(sentence, PATIENT).toContain('is a folder: it was left alone');
    rmdirSync(path);
    writeFileSync(path, 'mine');
    await scene.holdfast('restart', 'db');
    await expect.poll(sentence, PATIENT).toContain('is a file: it was left alone');
    rmSync(path);
    const stranger = createServer().listen(path);
    strangers.push(stranger);
    await once(stranger, 'listening');
    await scene.holdfast('restart', 'db');
    await expect.poll(sentence, PATIENT).toContain(`pid ${process.pid}`);
    stranger.close();
    await scene.holdfast('restart', 'db');
    await scene.up('--wait', '60s');

    // The same holds for what is opened by hand and by reload.
    const other = scene.folder.file('other.sock');
    writeFileSync(other, 'mine');
    const spec = `${other}:127.0.0.1:7`;
    const refused = await scene.holdfast('forward', 'add', 'db', '-L', spec);
    expect(refused.stderr).toContain('is a file: it was left alone');
    rmSync(other);
    await scene.holdfast('forward', 'add', 'db', '-L', spec);
    expect(await echoes(other)).toBe(true);
    await scene.holdfast('forward', 'remove', 'db', '-L', spec);
    await scene.holdfast('forward', 'add', 'db', '-L', spec);
    expect(await echoes(other)).toBe(true);
  });

  test('at a Unix socket of the server say what to do about the file of the last session', async () => {
    const scene = createHoldfastScene();
    const path = scene.folder.file('far.sock');
    await start(scene, { remote: [`${path}:127.0.0.1:7`] });
    server.dropSessions();
    const failure = async () => (await tunnelOf(scene)).failure;
    await expect.poll(async () => (await failure())?.class, PATIENT).toBe('remote-port-held');
    expect(await failure()).toMatchObject({
      sentence: expect.stringContaining(`did not open the socket ${path}: a file is there already`),
      remedy: expect.stringContaining('StreamLocalBindUnlink yes in sshd_config'),
    });
  });

  test('at a Unix socket of the server say the same when they are opened by hand or by reload', async () => {
    const scene = createHoldfastScene();
    const path = scene.folder.file('far.sock');
    const left = createServer().listen(path);
    strangers.push(left);
    await once(left, 'listening');
    await start(scene, { local: [] });
    const spec = `${path}:127.0.0.1:7`;
    const remedy = `set StreamLocalBindUnlink yes in sshd_config there, or remove the file there: rm ${path}`;
    const refused = await scene.holdfast('forward', 'add', 'db', '-R', spec);
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain(`did not open the socket ${path}: a file is there already`);
    expect(refused.stderr).toContain(remedy);
    scene.write(tunnelToServer('db', server, { remote: [spec] }));
    const reloaded = await scene.holdfast('reload');
    expect(`${reloaded.stdout}${reloaded.stderr}`).toContain(remedy);
  });

  test('with port 0 tell which one the server chose, also after a restart', async () => {
    const scene = createHoldfastScene();
    const { pid, forwards } = await start(scene, { remote: ['0:127.0.0.1:7'] });
    const { port } = forwards[0]!;
    expect(port).toBeGreaterThan(0);
    const shown = `-R 0 (${port}):127.0.0.1:7`;
    expect((await scene.holdfast('status')).stdout).toContain(shown);
    expect((await scene.holdfast('why', 'db')).stdout).toContain(`The server chose port ${port}`);
    await expect.poll(() => logOf(scene), PATIENT).toContain(`was opened, at port ${port}`);
    process.kill(pid!, 'SIGKILL');
    await expect.poll(async () => (await tunnelOf(scene)).starts, PATIENT).toBe(2);
    await scene.up('--wait', '60s');
    const again = (await tunnelOf(scene)).forwards[0]!;
    expect((await scene.holdfast('status')).stdout).toContain(`-R 0 (${again.port}):127.0.0.1:7`);
    await expect.poll(() => logOf(scene), PATIENT).toContain(`was opened, at port ${again.port}`);
  });

  test('that lead nowhere say why: in status, why and log, and behind a check that fails', async () => {
    const scene = createHoldfastScene();
    const [port, back] = [await findFreePorts(1), await findFreePorts(1)];
    // In the server's network nobody listens there, and names cannot be asked.
    const where = '127.0.0.1:5432';
    const sentence = `the far side could not connect to ${where}: connection refused`;
    scene.write(
      tunnelToServer('db', server, {
        local: [`127.0.0.1:${port}:${where}`],
        remote: [`2222:127.0.0.1:${back}`],
      }) + `check = { tcp = "127.0.0.1:${port}" }\n`,
    );
    await scene.up();
    const checkOf = async () => (await tunnelOf(scene)).checks[0];
    await expect.poll(async () => (await checkOf())?.problem, PATIENT).toContain(sentence);
    expect((await tunnelOf(scene)).targetFailures).toMatchObject([
      { forward: `-L 127.0.0.1:${port}:${where}`, sentence },
    ]);
    expect((await scene.holdfast('status')).stdout).toContain(sentence);
    const why = (await scene.holdfast('why', 'db')).stdout.replaceAll(/\s+/g, ' ');
    expect(why).toContain(sentence);
    expect(why).toContain('open failed: connect failed: Connection refused');
    await expect.poll(() => logOf(scene), PATIENT).toContain(sentence);

    // From the server through the remote forward, to a port of this side where nobody listens.
    const { namespace } = server;
    const [file, ...words] = namespace.inside(process.execPath, '-e', CONNECT_TO_2222);
    await run(file, words).catch(() => undefined);
    const refused = `this machine could not connect to 127.0.0.1:${back}`;
    await expect.poll(() => logOf(scene), PATIENT).toContain(refused);
    expect((await scene.holdfast('status')).stdout).toContain(refused);
  });
});

describe.skipIf(sshdAvailable())("with OpenSSH's server that forwards nothing", () => {
  afterEach(() => endHoldfastScenes());

  test('a tunnel says that it is the server that does not allow it, and where to look', async () => {
    const server = await startSshdInNamespace(['AllowTcpForwarding remote']);
    try {
      const scene = createHoldfastScene();
      const port = await findFreePorts(1);
      scene.write(tunnelToServer('db', server, { local: [echoForward(port)] }));
      await scene.up('--wait', '60s');
      const failures = async () => {
        await converse(port).then((conversation) => conversation.end());
        return (await scene.status()).tunnels[0]?.targetFailures;
      };
      await expect.poll(failures, PATIENT).toMatchObject([
        {
          sentence: 'the server does not allow a connection to 127.0.0.1:7',
          remedy: expect.stringContaining('AllowTcpForwarding'),
        },
      ]);
    } finally {
      await endHoldfastScenes();
      await server.close();
    }
  });
});
