import { writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { expectBytes } from './support/echo-bytes.ts';
import { findFreePorts } from './support/free-ports.ts';
import {
  createHoldfastScene,
  echoForward,
  endHoldfastScenes,
  tunnelToml,
} from './support/holdfast.ts';
import {
  type NamespaceSshd,
  sshdAvailable,
  startSshdInNamespace,
} from './support/sshd-namespace.ts';
import { endAllConversations } from './support/tcp-conversation.ts';

let sshd: NamespaceSshd;

/** A tunnel to a host whose ssh_config says these lines, and where that stands. */
async function startScene(lines: readonly string[]) {
  const scene = createHoldfastScene();
  const port = await findFreePorts(1);
  const config = scene.folder.file('ssh_config');
  const words = sshd.clientArguments();
  const settings = words.flatMap((word, at) => (words[at - 1] === '-o' ? [word] : []));
  const identity = words[words.indexOf('-i') + 1]!;
  const text = [
    'Host srv',
    `HostName ${sshd.address}`,
    `Port ${sshd.port}`,
    `User ${userInfo().username}`,
    ...(words.includes('-i') ? [`IdentityFile ${identity}`] : []),
    ...settings,
    ...lines,
  ];
  writeFileSync(config, `${text.join('\n  ')}\n`);
  const options = ['-F', config];
  scene.write(tunnelToml('db', 'srv', { local: [echoForward(port)], options }));
  return { scene, port, config };
}

describe.skipIf(sshdAvailable())('whatever ssh_config says to people, a tunnel', () => {
  beforeAll(async () => {
    sshd = await startSshdInNamespace();
  });
  afterAll(() => sshd.close());
  afterEach(async () => {
    endAllConversations();
    await endHoldfastScenes();
  });

  const FOR_PEOPLE = [
    'ForkAfterAuthentication yes',
    'ClearAllForwardings yes',
    'LogLevel QUIET',
    'VisualHostKey yes',
    'RequestTTY force',
    'RemoteCommand sleep 1000',
    'ControlMaster auto',
    'ControlPath /nowhere/%C',
    'ControlPersist 10m',
    'BatchMode no',
    'ServerAliveInterval 0',
    'ExitOnForwardFailure no',
  ];

  test('carries bytes, stays in the foreground, and leaves nothing behind', async () => {
    const { scene, port } = await startScene(FOR_PEOPLE);
    await scene.up('--wait', '60s');
    await expectBytes(port);
    const { tunnels } = await scene.status();
    expect(tunnels).toMatchObject([{ state: 'healthy', starts: 1 }]);
    expect(scene.processes()).toContain(tunnels[0]!.pid);
    await scene.down();
    await expect.poll(() => scene.processes(), { timeout: 90_000 }).toEqual([]);
  });

  test('says why it fails although ssh_config keeps ssh quiet', async () => {
    const { scene } = await startScene(['LogLevel QUIET', 'PubkeyAuthentication no']);
    await scene.up();
    const failure = async () => (await scene.status()).tunnels[0]?.failure?.sentence;
    await expect.poll(failure, { timeout: 90_000 }).toContain('refused the login');
  });

  test('is told by check what of it does not count, and run refuses what cannot be', async () => {
    const { scene, config } = await startScene(FOR_PEOPLE);
    const { stdout } = await scene.holdfast('check', '--json');
    for (const word of ['ForkAfterAuthentication', 'ClearAllForwardings', 'LogLevel']) {
      expect(stdout).toContain(`ssh_config has ${word}`);
    }
    const background = await scene.holdfast('run', '-f', '-F', config, 'srv');
    expect(background).toMatchObject({ status: 2 });
    expect(background.stderr).toContain('with -f ssh goes to the background');
    scene.write(tunnelToml('db', 'srv', { options: ['-oForkAfterAuthentication=yes'] }));
    expect((await scene.holdfast('up')).stderr).toContain('ssh goes to the background');
  });

  test('is imported into a file twice, and loads', async () => {
    const scene = createHoldfastScene();
    const script = scene.folder.file('start.sh');
    const run = (text: string) => {
      writeFileSync(script, text);
      return scene.holdfast('import', '--json', script);
    };
    const add = async (text: string) => {
      const { stdout } = await run(text);
      const { toml } = JSON.parse(stdout) as { toml: string };
      const before = await scene
        .holdfast('config', 'show')
        .then(({ status, stdout: shown }) => (status === 0 ? shown : ''));
      scene.write(`${before}\n${toml}`);
    };
    await add('HOST=web2\nautossh -M 0 -fN -L 5432:localhost:5432 $HOST\n');
    await add(
      'HOST=web2\nautossh -M 0 -fN -L 5433:localhost:5432 $HOST\nssh -fN -L 5432:a:1 $HOST\n',
    );
    const { stdout, status } = await scene.holdfast('config', 'show', '--json');
    expect(status).toBe(0);
    const { tunnels } = JSON.parse(stdout) as { tunnels: { name: string; enabled: boolean }[] };
    expect(tunnels.map(({ name, enabled }) => `${name} ${enabled}`)).toEqual([
      'web2 true',
      'web2-5433 true',
      'web2-5432 false',
    ]);
  });
});
