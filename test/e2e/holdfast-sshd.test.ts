import { execFileSync } from 'node:child_process';
import { userInfo } from 'node:os';
import { afterEach, describe, expect, test } from 'vitest';
import { expectBytes } from './support/echo-bytes.ts';
import { PATIENT } from './support/embedded-scene.ts';
import { findFreePorts } from './support/free-ports.ts';
import {
  createHoldfastScene,
  echoForward,
  endHoldfastScenes,
  jsonOf,
  tunnelToServer,
} from './support/holdfast.ts';
import { createRunFolder, removeRunFolders } from './support/run-folder.ts';
import {
  type NamespaceSshd,
  sshdAvailable,
  startSshdInNamespace,
} from './support/sshd-namespace.ts';
import { endAllConversations } from './support/tcp-conversation.ts';

let sshd: NamespaceSshd | undefined;

afterEach(async () => {
  endAllConversations();
  await endHoldfastScenes();
  await removeRunFolders();
  await sshd?.close();
  sshd = undefined;
});

describe.skipIf(sshdAvailable())("with OpenSSH's server, a tunnel", () => {
  test('whose certificate has expired says so, and comes up with a new one', async () => {
    const folder = createRunFolder();
    const [ca, key] = [folder.file('ca'), folder.file('key')];
    const keygen = (...words: string[]) => void execFileSync('ssh-keygen', ['-q', ...words]);
    for (const file of [ca, key]) keygen('-t', 'ed25519', '-N', '', '-f', file);
    const sign = (validity: string) =>
      keygen('-s', ca, '-I', 'me', '-n', userInfo().username, '-V', validity, `${key}.pub`);
    sign('-2d:-1d');
    const server = (sshd = await startSshdInNamespace([`TrustedUserCAKeys ${ca}.pub`]));
    const good = server.clientArguments();
    const words = good.map((word, at) => (good[at - 1] === '-i' ? key : word));
    const scene = createHoldfastScene();
    scene.write(tunnelToServer('db', { ...server, clientArguments: () => words }, {}));
    await scene.up();
    const failure = async () => (await scene.status()).tunnels[0]?.failure;
    await expect
      .poll(async () => (await failure())?.sentence, PATIENT)
      .toMatch(new RegExp(`the certificate ${key}-cert.pub was valid until 20[\\d-]+T[\\d:]+Z$`));
    expect(await failure()).toMatchObject({
      class: 'auth',
      remedy: expect.stringContaining('signed again'),
    });
    sign('-1d:+1d');
    await scene.holdfast('restart', 'db');
    await scene.up('--wait', '90s');
  });

  async function startScene() {
    const server = (sshd = await startSshdInNamespace());
    const port = await findFreePorts(1);
    const scene = createHoldfastScene();
    const remote = [`18080:127.0.0.1:${port}`];
    scene.write(tunnelToServer('db', server, { local: [echoForward(port)], remote }));
    await scene.up('--wait', '90s');
    await expectBytes(port);
    const starts = async () => (await scene.status()).tunnels[0]?.starts;
    return { server, port, scene, starts };
  }

  test('comes back when its session is killed', async () => {
    const { server, port, scene, starts } = await startScene();
    server.dropSessions();
    await expect.poll(starts, PATIENT).toBeGreaterThan(1);
    await scene.up('--wait', '90s');
    await expectBytes(port);
  });

  test('is told to be unreachable while the server is away, and comes back with it', async () => {
    const { server, port, scene, starts } = await startScene();
    await server.stop();
    await expect.poll(starts, PATIENT).toBeGreaterThan(1);
    const classOf = async () => (await scene.status()).tunnels[0]?.failure?.class;
    await expect.poll(classOf, PATIENT).toBe('unreachable');
    const outcome = await scene.holdfast('status', '--json');
    expect(outcome.status).toBe(5);
    expect(jsonOf(outcome)).toMatchObject({ tunnels: [{ needsAttention: false }] });
    await server.start();
    await expectBytes(port);
    await scene.up('--wait', '90s');
    expect((await scene.holdfast('status')).status).toBe(0);
  });
});
