import { loadTunnels } from '@holdfast/config';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeScratchHome, type ScratchHome } from '../testing/fake-supervisor.ts';
import { checkTunnels } from './check-tunnel.ts';

let home: ScratchHome;
beforeEach(() => {
  home = makeScratchHome();
});
afterEach(() => home.remove());

interface Scene {
  /** Lines of ssh_config. */
  readonly config?: string;
  readonly toml: string;
  readonly agentKeys?: readonly string[];
}

/** What is found about the keys, ports, options and settings of tunnels, a sentence each with verdict and tunnel in front. */
async function check({ config = '', toml, agentKeys = ['some'] }: Scene) {
  const file = join(home.folder, 'config');
  writeFileSync(file, config);
  const defaults = `[defaults]\noptions = ["-F", ${JSON.stringify(file)}]\n`;
  const { tunnels, errors } = loadTunnels({ text: defaults + toml, file: 'f' });
  expect(errors).toBeUndefined();
  const around = { env: { ...home.env }, agentKeys, all: tunnels!, pids: new Map() };
  const found = await checkTunnels(tunnels!, around);
  return found
    .filter(({ about }) => about !== 'host-key')
    .map(({ verdict, tunnel, sentence }) => `${verdict} ${tunnel}: ${sentence}`);
}

function tunnel(name: string, host: string, rest = ''): string {
  return `[tunnels.${name}]\nhost = "${host}"\n${rest}\n`;
}

function key(name: string, ...words: readonly string[]): string {
  const path = join(home.folder, name);
  execFileSync('ssh-keygen', ['-q', '-f', path, ...words]);
  return path;
}

const withKey = (path: string) => tunnel('db', 'gw', `options = ["-i", ${JSON.stringify(path)}]`);

describe('check finds in options', () => {
  it.each([
    ['-q', 'warning db: with -q ssh prints nothing, so there is no telling why it fails'],
    ['-vq', 'warning db: with -q ssh prints nothing'],
    ['-oLogLevel=QUIET', 'warning db: with LogLevel=QUIET ssh prints nothing'],
    ['-E/tmp/log', 'warning db: with -E ssh writes why it fails to /tmp/log'],
    ['-y', 'warning db: with -y ssh writes why it fails to the system log'],
    ['-oControlPath=none', 'warning db: ControlPath=none takes away the control socket'],
    ['-NM', 'warning db: -M takes away the control socket'],
    [
      '-oClearAllForwardings=yes',
      'warning db: with ClearAllForwardings=yes ssh opens none of the forwards itself; Holdfast opens them once ssh has logged in',
    ],
  ])('%s', async (option, sentence) => {
    const rest = `options = [${JSON.stringify(option)}]\nlocal = ["45999:a:1"]`;
    expect(await check({ toml: tunnel('db', 'gw', rest) })).toContainEqual(
      expect.stringContaining(sentence),
    );
  });

  it('that forwards are cleared which nobody can open over a control socket', async () => {
    const options = '["-oClearAllForwardings=yes", "-oControlPath=none"]';
    const rest = `heartbeat = "none"\noptions = ${options}\nlocal = ["45999:a:1"]`;
    expect(await check({ toml: tunnel('db', 'gw', rest) })).toEqual([
      'problem db: with ClearAllForwardings=yes ssh opens none of the forwards',
    ]);
    const first = '["-oClearAllForwardings=no", "-oClearAllForwardings=yes"]';
    const no = `options = ${first}\nlocal = ["45999:a:1"]`;
    expect(await check({ toml: tunnel('db', 'gw', no) })).toEqual([]);
  });

  it.each(['-oStrictHostKeyChecking=yes', '-oUser=M', '-lMS', '-oLogLevel=INFO', '-4v'])(
    'nothing in %s',
    async (option) => {
      expect(await check({ toml: tunnel('db', 'gw', `options = ["${option}"]`) })).toEqual([]);
    },
  );
});

describe('check finds in ssh_config', () => {
  it.each([
    ['ClearAllForwardings yes', 'warning db: ssh_config has ClearAllForwardings'],
    ['LogLevel QUIET', 'warning db: ssh_config has LogLevel'],
    ['ForkAfterAuthentication yes', 'warning db: ssh_config has ForkAfterAuthentication'],
    ['PermitLocalCommand yes\nLocalCommand sleep 9', 'until its LocalCommand has ended: sleep 9'],
    ['ProxyCommand no-such-program %h', 'problem db: cannot run the program of ProxyCommand'],
    ['NoSuchOption yes', 'problem db: ssh refuses these options: '],
  ])('%s', async (config, sentence) => {
    const toml = tunnel('db', 'gw', 'local = ["45999:a:1"]');
    expect(await check({ config, toml })).toContainEqual(expect.stringContaining(sentence));
  });

  it('a program of Match exec that hangs, and does not hang itself', async () => {
    const config = 'Match exec "sleep 300"\n  User me\n';
    expect(await check({ config, toml: tunnel('db', 'gw') })).toEqual([
      expect.stringMatching(/^problem db: ssh -G did not end within 5 s/),
    ]);
  });
});

describe('check finds of keys', () => {
  it('one with a passphrase that no agent has, in each format', async () => {
    const paths = [
      key('new', '-t', 'ed25519', '-N', 'secret'),
      key('pem', '-t', 'rsa', '-b', '2048', '-m', 'PEM', '-N', 'secret'),
      key('pkcs8', '-t', 'rsa', '-b', '2048', '-m', 'PKCS8', '-N', 'secret'),
    ];
    for (const path of paths) {
      expect(await check({ toml: withKey(path), agentKeys: [] })).toEqual([
        `problem db: the key file ${path} has a passphrase, and no agent has the key: in the background nobody can type it`,
      ]);
    }
    const [, publicKey] = readFileSync(`${paths[0]!}.pub`, 'utf8').split(' ');
    expect(await check({ toml: withKey(paths[0]!), agentKeys: [publicKey!] })).toEqual([]);
  });

  it('nothing where there is no passphrase', async () => {
    const paths = [
      key('new', '-t', 'ed25519', '-N', ''),
      key('pem', '-t', 'rsa', '-b', '2048', '-m', 'PEM', '-N', ''),
    ];
    for (const path of paths)
      expect(await check({ toml: withKey(path), agentKeys: [] })).toEqual([]);
  });

  it('one that is not there, as a warning', async () => {
    expect(await check({ toml: withKey('/missing') })).toEqual([
      'warning db: the key file /missing does not exist',
    ]);
  });

  it('more than a server lets ssh try', async () => {
    const agentKeys = ['1', '2', '3', '4', '5', '6', '7'];
    const many =
      'warning db: the agent has 7 keys, and servers end the connection after 6 (MaxAuthTries)';
    expect(await check({ toml: tunnel('db', 'gw'), agentKeys })).toEqual([many]);
    expect(
      await check({ toml: tunnel('db', 'gw'), agentKeys, config: 'IdentitiesOnly yes' }),
    ).toEqual([]);
    expect(await check({ toml: tunnel('db', 'gw'), agentKeys: agentKeys.slice(1) })).toEqual([]);
  });
});

describe('check finds of places', () => {
  it('a remote port of one server behind two names', async () => {
    const config = 'Host a b\n  HostName 10.0.0.1\nHost c\n  HostName 10.0.0.1\n  Port 2222\n';
    const remote = 'remote = ["8080:localhost:80"]';
    const toml = ['a', 'b', 'c'].map((name) => tunnel(name, name, remote)).join('');
    expect(await check({ config, toml })).toEqual([
      'problem b: 8080:localhost:80 asks for the same port as 8080:localhost:80 of tunnel a: b and a are the same server',
    ]);
  });

  it.each([
    ['127.0.0.1', 'localhost'],
    ['::1', 'LOCALHOST'],
    ['0:0:0:0:0:0:0:1', '127.0.0.1'],
    ['db.example.org', 'DB.Example.ORG.'],
  ])('a remote port of one server that is called %s and %s', async (one, other) => {
    const config = `Host a\n  HostName ${one}\nHost b\n  HostName ${other}\n`;
    const remote = 'remote = ["8080:localhost:80"]';
    const toml = tunnel('a', 'a', remote) + tunnel('b', 'me@b', remote);
    expect(await check({ config, toml })).toEqual([
      'problem b: 8080:localhost:80 asks for the same port as 8080:localhost:80 of tunnel a: me@b and a are the same server',
    ]);
  });

  it.each([
    ['*:8080:localhost:80', true],
    [':8080:localhost:80', true],
    ['0.0.0.0:8080:localhost:80', true],
    ['10.0.0.5:8080:localhost:80', true],
    ['8080:localhost:80', false],
    ['localhost:8080:localhost:80', false],
    ['127.0.0.1:8080:localhost:80', false],
    ['[::1]:8080:localhost:80', false],
  ])('a remote forward %s, of which the server decides where it listens: %s', async (text, is) => {
    const toml = tunnel('a', 'gw', `remote = ["${text}"]`);
    const sentence = `ok a: whether -R ${text} can be reached from other machines is up to the server: with GatewayPorts no, the default, it listens on its loopback only, without saying so`;
    expect(await check({ toml })).toEqual(is ? [sentence] : []);
  });

  it('a forward that ssh_config gives to two tunnels', async () => {
    const config = 'Host gw\n  LocalForward 45998 db:5432\n';
    expect(await check({ config, toml: tunnel('a', 'gw') + tunnel('b', 'gw') })).toEqual([
      expect.stringMatching(
        /^problem b: ssh_config gives both this tunnel and a the forward LocalForward/,
      ),
    ]);
  });

  it("root's port at the server, with another user", async () => {
    const remote = 'remote = ["80:localhost:80"]';
    const sentence =
      'warning a: 80:localhost:80 asks for port 80 of the server: below 1024 only root may listen, and ssh logs in as me';
    expect(await check({ toml: tunnel('a', 'me@gw', remote) })).toEqual([sentence]);
    expect(await check({ toml: tunnel('a', 'root@gw', remote) })).toEqual([]);
  });

  it('what is at the path of a socket', async () => {
    const path = join(home.folder, 'db.sock');
    const toml = tunnel('a', 'gw', `local = ["${path}:/x"]`);
    const nowhere = tunnel('a', 'gw', `local = ["${home.folder}/none/db.sock:/x"]`);
    expect(await check({ toml: nowhere })).toEqual([
      `problem a: the folder of the socket ${home.folder}/none/db.sock is missing, so nothing can listen there`,
    ]);
    expect(await check({ toml })).toEqual([]);
    writeFileSync(path, '');
    expect(await check({ toml })).toEqual([
      `problem a: at ${path}, where a socket is to be, is a file: it was left alone`,
    ]);
    execFileSync('rm', [path]);
    const server = createServer().listen(path);
    await new Promise((resolve) => server.once('listening', resolve));
    expect(await check({ toml })).toEqual([expect.stringMatching(/^problem a: .* listens at /)]);
    server.close();
  });
});
