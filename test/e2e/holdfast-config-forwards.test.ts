import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { userInfo } from 'node:os';
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
  tunnelToml,
  type TunnelKeys,
} from './support/holdfast.ts';
import {
  type NamespaceSshd,
  sshdAvailable,
  startSshdInNamespace,
} from './support/sshd-namespace.ts';
import { endAllConversations } from './support/tcp-conversation.ts';

const run = promisify(execFile);

describe.skipIf(sshdAvailable())('forwards that ssh_config asks for', () => {
  let sshd: NamespaceSshd;
  const strangers: Server[] = [];

  beforeAll(async () => {
    sshd = await startSshdInNamespace();
  });
  afterAll(() => sshd.close());
  afterEach(async () => {
    endAllConversations();
    for (const stranger of strangers.splice(0)) stranger.close();
    await endHoldfastScenes();
  });

  /** A tunnel to a host whose ssh_config says these lines. */
  async function createTunnelScene(lines: readonly string[], keys: TunnelKeys = {}) {
    const scene = createHoldfastScene();
    const port = await findFreePorts(1);
    const config = scene.folder.file('ssh_config');
    const words = sshd.clientArguments();
    const settings = words.flatMap((word, at) => (words[at - 1] === '-o' ? [word] : []));
    const text = [
      'Host srv',
      `HostName ${sshd.address}`,
      `Port ${sshd.port}`,
      `User ${userInfo().username}`,
      `IdentityFile ${words[words.indexOf('-i') + 1]!}`,
      ...settings,
      ...lines,
    ];
    writeFileSync(config, `${text.join('\n  ')}\n`);
    const options = ['-F', config, ...(keys.options ?? [])];
    scene.write(tunnelToml('db', 'srv', { local: [echoForward(port)], ...keys, options }));
    return { scene, port };
  }

  async function tunnelOf(scene: HoldfastScene): Promise<TunnelStatus> {
    return (await scene.status()).tunnels[0]!;
  }

  async function holdPort(port: number, host: string) {
    const stranger = createServer((socket) => socket.destroy()).listen(port, host);
    strangers.push(stranger);
    await once(stranger, 'listening');
  }

  async function isSaid(scene: HoldfastScene, ...texts: readonly string[]) {
    const why = (await scene.holdfast('why', 'db')).stdout.replaceAll(/\s+/g, ' ');
    const status = (await scene.holdfast('status')).stdout;
    for (const text of texts) {
      expect(why).toContain(text);
      expect(status).toContain(text);
    }
    const log = async () => (await scene.holdfast('logs', 'db')).stdout;
    await expect.poll(log, PATIENT).toContain(texts[0]);
  }

  test('are shown with those of the tunnel, and carry bytes', async () => {
    const asked = await findFreePorts(1);
    const { scene, port } = await createTunnelScene([
      `LocalForward 127.0.0.1:${asked} 127.0.0.1:7`,
      'RemoteForward 0 127.0.0.1:7',
    ]);
    await scene.up('--wait', '60s');
    await expectBytes(port);
    await expectBytes(asked);
    await expect
      .poll(async () => (await tunnelOf(scene)).forwards, PATIENT)
      .toMatchObject([
        { text: echoForward(port), isBound: true },
        { text: echoForward(asked), isBound: true, isOfSshConfig: true },
        { kind: 'remote', isBound: true, isOfSshConfig: true, port: expect.any(Number) },
      ]);
  });

  test('and of which a stranger has one of two addresses make the tunnel degraded until he goes', async () => {
    const asked = await findFreePorts(1);
    const { scene, port } = await createTunnelScene([
      `LocalForward localhost:${asked} 127.0.0.1:7`,
    ]);
    await holdPort(asked, '127.0.0.1');
    await scene.up();
    const isDegraded = async () => (await tunnelOf(scene)).isDegraded;
    await expect.poll(isDegraded, PATIENT).toBe(true);
    const { pid } = await tunnelOf(scene);
    await isSaid(scene, `pid ${process.pid}`, 'ssh_config');
    await expectBytes(port);
    for (const stranger of strangers.splice(0)) stranger.close();
    await scene.up('--wait', '90s');
    await expectBytes(asked);
    expect(await tunnelOf(scene)).toMatchObject({ pid, starts: 1 });
  });

  test('and that are not there at all make it degraded too, where ssh lives on without them', async () => {
    const asked = await findFreePorts(1);
    const { scene, port } = await createTunnelScene(
      [`LocalForward 127.0.0.1:${asked} 127.0.0.1:7`],
      {
        options: ['-o', 'ExitOnForwardFailure=no'],
      },
    );
    await holdPort(asked, '127.0.0.1');
    await scene.up();
    await expect.poll(async () => (await tunnelOf(scene)).isDegraded, PATIENT).toBe(true);
    await isSaid(scene, `pid ${process.pid}`, 'ssh_config');
    expect((await scene.holdfast('status')).status).toBe(5);
    await expectBytes(port);
  });

  test('and that another tunnel has already are said to be that one, and how to have both', async () => {
    const asked = await findFreePorts(1);
    const { scene } = await createTunnelScene([`LocalForward 127.0.0.1:${asked} 127.0.0.1:7`]);
    await scene.up('--wait', '60s');
    const { pid } = await tunnelOf(scene);
    const options = ['-F', scene.folder.file('ssh_config')];
    const twin = tunnelToml('twin', 'srv', { options });
    const own = {
      local: [echoForward(asked)],
      options: [...options, '-o', 'ClearAllForwardings=yes'],
    };
    const file = readFileSync(scene.configFile, 'utf8');
    scene.write(`${file}${twin}${tunnelToml('own', 'srv', own)}`);
    await scene.holdfast('reload');
    await scene.holdfast('up');
    const failureOf = async (name: string) =>
      (await scene.status()).tunnels.find((each) => each.name === name)?.failure;
    await expect
      .poll(() => failureOf('twin'), PATIENT)
      .toMatchObject({
        class: 'local-port-held',
        sentence: `ssh_config asks for a forward at port ${asked}, which is held by tunnel db (ssh, pid ${pid})`,
        remedy:
          'move it from ssh_config (LocalForward, DynamicForward) to the forwards of one of the two tunnels, or disable tunnel db',
      });
    await expect
      .poll(() => failureOf('own'), PATIENT)
      .toMatchObject({
        class: 'local-port-held',
        sentence: expect.stringContaining(`by tunnel db (ssh, pid ${pid})`),
        remedy: 'disable tunnel db, or choose another port',
      });
    expect((await scene.holdfast('why', 'twin')).stdout).toContain('tunnel db (ssh');
    expect((await tunnelOf(scene)).pid).toBe(pid);
  });

  test('and that the server refuses are said as well', async () => {
    // There the echo service listens.
    const { scene } = await createTunnelScene(['RemoteForward 127.0.0.1:7 127.0.0.1:9'], {
      options: ['-o', 'ExitOnForwardFailure=no'],
    });
    await scene.up();
    await expect.poll(async () => (await tunnelOf(scene)).isDegraded, PATIENT).toBe(true);
    await isSaid(scene, 'the server did not give', 'ssh_config');
  });

  test('of a tunnel with its own control socket: the port that the server chose is known', async () => {
    const scene = createHoldfastScene();
    const options = ['-o', `ControlPath=${scene.folder.file('own.sock')}`];
    scene.write(
      tunnelToml('db', sshd.destination, {
        remote: ['0:127.0.0.1:7', '0:127.0.0.1:9', '0'],
        options: [...options, ...sshd.clientArguments()],
      }),
    );
    await scene.up('--wait', '60s');
    const ports = async () => (await tunnelOf(scene)).forwards.map(({ port }) => port);
    const number = expect.any(Number);
    await expect.poll(ports, PATIENT).toEqual([number, number, number]);
    const [first, second] = await ports();
    const { stdout } = await run('ssh', [
      ...sshd.clientArguments(),
      sshd.destination,
      'cat /proc/net/tcp',
    ]);
    for (const port of [first, second]) {
      expect(stdout).toContain(`:${port!.toString(16).toUpperCase().padStart(4, '0')} `);
    }
    const shown = `-R 0 (${first}):127.0.0.1:7`;
    expect((await scene.holdfast('status')).stdout).toContain(shown);
    expect((await scene.holdfast('why', 'db')).stdout).toContain(`The server chose port ${first}`);
    const log = async () => (await scene.holdfast('logs', 'db')).stdout;
    await expect.poll(log, PATIENT).toContain(`0:127.0.0.1:9 was opened, at port ${second}`);
    const { pid } = await tunnelOf(scene);
    process.kill(pid!, 'SIGKILL');
    await expect.poll(async () => (await tunnelOf(scene)).starts, PATIENT).toBe(2);
    await expect.poll(ports, PATIENT).toEqual([number, number, number]);
  });
});
