import { describe, expect, test } from 'vitest';
import { LOST } from '../testing/failure-golden.ts';
import { classifyFailure, type Failure } from './failure-class.ts';

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
      'db did not let me in (it takes publickey, password)',
    ],
    [
      own('Error: remote port forwarding failed for listen port 80'),
      'the server did not give port 80: it is held, or not allowed',
    ],
    [own('something new'), 'ssh failed: something new'],
    [[], 'ssh failed and said nothing'],
  ])('%j: %s', (stderr, sentence) => {
    expect(failed(stderr).sentence).toBe(sentence);
  });
});
