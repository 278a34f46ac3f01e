import { expect, test } from 'vitest';
import { ForwardKeeper } from './forward-keeper.ts';
import { askSshConfig, readConfigForwards, type SshConfig } from './ssh-config.ts';

/** What `ssh -G` of OpenSSH 9.2 says, with one line of each kind in ssh_config. */
const SETTINGS = `clearallforwardings no
forwardx11 no
dynamicforward /tmp/x.sock
dynamicforward 18083
dynamicforward 1080
dynamicforward [::1]:1081
localforward 18080 [localhost]:80
localforward [127.0.0.1]:18081 [::1]:80
localforward [*]:18082 [db]:80
localforward /tmp/x.sock /run/y
localforward 18083 /run/y
remoteforward 0 [localhost]:22
remoteforward 9000 [socks]:0
remoteforward /tmp/r.sock [db]:1
forwardagent no
`;

test('the forwards of ssh_config are read as those of a tunnel are written, and none twice', () => {
  const forwards = readConfigForwards(SETTINGS);
  expect(forwards.map(({ kind, text }) => `${kind} ${text}`)).toEqual([
    'local 18080:localhost:80',
    'local 127.0.0.1:18081:[::1]:80',
    'local *:18082:db:80',
    'local /tmp/x.sock:/run/y',
    'local 18083:/run/y',
    'socks 1080',
    'socks [::1]:1081',
    'remote 0:localhost:22',
    'remote 9000',
    'remote /tmp/r.sock:db:1',
  ]);
});

test('an ssh that cannot be asked adds none, and is not trusted with a second login', async () => {
  const ssh = { program: '/nowhere/ssh', words: ['--', 'srv'], env: {} };
  const noWitness = 'ssh does not tell its settings (`ssh -G`)';
  expect(await askSshConfig(ssh, [])).toEqual({ forwards: [], noWitness });
});

test('each ssh is asked once, for all who want to know', async () => {
  let asked = 0;
  const config: SshConfig = { forwards: [], noWitness: undefined };
  const keeper = new ForwardKeeper({
    forwards: () => [],
    askSshConfig: () => {
      asked += 1;
      return Promise.resolve(config);
    },
    options: () => [],
    env: {},
    controlPath: () => undefined,
    pid: () => undefined,
    tell: () => undefined,
    giveUp: () => undefined,
  });
  keeper.begin();
  expect(await keeper.askConfig()).toBe(config);
  await keeper.verify(process.pid);
  expect(await keeper.askConfig()).toBe(config);
  expect(asked).toBe(1);
  keeper.begin();
  await keeper.askConfig();
  expect(asked).toBe(2);
});
