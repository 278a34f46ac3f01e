import { FAILURE_CLASSES } from '@holdfast/machines';
import { describe, expect, test } from 'vitest';
import { CAPTURED, FOUND, LOST } from '../testing/failure-golden.ts';
import { classifyFailure } from './classify.ts';
import { FAILURE_SENTENCES, type Failure } from './sentences.ts';

/** Lines of ssh's own log. */
const own = (...lines: readonly string[]) => lines.map((line) => `${line}\r`);

function failed(stderr: readonly string[]): Failure {
  return classifyFailure({ stderr, exit: LOST, ageMs: 500, wasHealthy: false });
}

const ADDRESS = '10.191.7.2';
const KNOWN_HOSTS = '/home/me/.ssh/known_hosts';
const changedKey = (file: string, name: string) =>
  own(
    '@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@',
    '@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @',
    '@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@',
    'IT IS POSSIBLE THAT SOMEONE IS DOING SOMETHING NASTY!',
    'Someone could be eavesdropping on you right now (man-in-the-middle attack)!',
    'It is also possible that a host key has just been changed.',
    'SHA256:6eSPEAFdWhXkLPaVzsCtrIiH76nGvp2cai2jBzsArVc.',
    'Please contact your system administrator.',
    `Add correct host key in ${file} to get rid of this message.`,
    `Offending ED25519 key in ${file}:1`,
    '  remove with:',
    `  ssh-keygen -f "${file}" -R "${name}"`,
    `Host key for ${name} has changed and you have requested strict checking.`,
    'Host key verification failed.',
  );
describe('the words for people', () => {
  const remedyOf = (stderr: readonly string[]) => failed(stderr).remedy;

  test.each([
    [ADDRESS, KNOWN_HOSTS, `ssh-keygen -f ${KNOWN_HOSTS} -R 10.191.7.2`],
    ['[10.191.7.2]:23', KNOWN_HOSTS, `ssh-keygen -f ${KNOWN_HOSTS} -R '[10.191.7.2]:23'`],
    ['$(reboot)', "/home/o'me/a b", `ssh-keygen -f '/home/o'\\''me/a b' -R '$(reboot)'`],
  ])('a changed key of %s in %s: %s', (name, file, command) => {
    expect(remedyOf(changedKey(file, name))).toContain(command);
  });

  test('no command begins a name with a dash', () => {
    expect(remedyOf(changedKey(KNOWN_HOSTS, '-oProxyCommand=x'))).not.toContain('ssh-keygen');
  });

  test.each([
    [
      own('ssh: connect to host db port 22: Connection refused'),
      'db port 22 refused the connection: nobody listens there',
    ],
    [
      own('me@db: Permission denied (publickey,password).'),
      'db refused the login as me (it accepts publickey, password)',
    ],
    [
      own('Error: remote port forwarding failed for listen port 80'),
      'the server did not give port 80: it is held, or not allowed',
    ],
    [own('something new'), 'ssh failed: something new'],
    [[], 'ssh failed and said nothing'],
    [
      own('me@db: Permission denied (password,keyboard-interactive).'),
      'db asks for a password or a code (it accepts password, keyboard-interactive), and nobody is there to type it',
    ],
    [
      own('Load key "/k": bad permissions', 'me@db: Permission denied (publickey).'),
      'db refused the login as me: others can read the key /k, so ssh does not use it',
    ],
    [
      [
        'bash: line 1: exec: corkscrew: not found',
        ...own('Connection closed by UNKNOWN port 65535'),
      ],
      'the proxy command or jump host ended before the login, and said: bash: line 1: exec: corkscrew: not found',
    ],
    [
      own(
        'me@hop: Permission denied (publickey).',
        'kex_exchange_identification: Connection closed by remote host',
        'Connection closed by UNKNOWN port 65535',
      ),
      'at a jump host on the way: hop refused the login as me (it accepts publickey)',
    ],
    [
      own(
        'channel 0: open failed: connect failed: Connection refused',
        'stdio forwarding failed',
        'Connection closed by UNKNOWN port 65535',
      ),
      'behind the jump host: the server refused the connection: nobody listens there',
    ],
    [
      own(
        'hostkeys_find_by_key_hostfile: hostkeys_foreach failed for /k: Too many open files',
        'Host key verification failed.',
      ),
      'this machine lacks what ssh needs: Too many open files',
    ],
    [
      ['The account is closed.', ...own('Connection closed by 192.0.2.1 port 22')],
      '192.0.2.1 port 22 closed the connection during the login, and said: The account is closed',
    ],
  ])('%j: %s', (stderr, sentence) => {
    expect(failed(stderr).sentence).toBe(sentence);
  });
});

test('nothing is said that is longer than a screen, however much a proxy or server says', () => {
  const much = Array.from({ length: 50 }, (_, n) => `${n} `.repeat(400));
  for (const last of [
    'Connection closed by UNKNOWN port 65535',
    'Connection closed by 192.0.2.1 port 22',
  ]) {
    expect(failed([...much, ...own(last)]).sentence.length).toBeLessThan(450);
  }
});

test('every class is that of a cause', () => {
  const used = new Set(Object.values(FAILURE_SENTENCES).map((words) => words.class));
  expect(used).toEqual(new Set(FAILURE_CLASSES));
});

test('every class but one that is not understood says what can be done, unless it passes by itself', () => {
  const silent = [...CAPTURED, ...FOUND]
    .map(({ stderr, exit }) => classifyFailure({ stderr, exit, ageMs: 500, wasHealthy: false }))
    .filter(({ remedy }) => remedy === undefined)
    .map(({ cause }) => cause);
  expect([...new Set(silent)].sort()).toEqual([
    'connection-lost',
    'ended-with-status',
    'no-answer',
    'no-connection',
    'not-understood',
  ]);
});
