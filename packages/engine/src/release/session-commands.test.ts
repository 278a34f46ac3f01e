import fc from 'fast-check';
import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  cannotPlaySshd,
  playedSsh,
  playSession,
  type PlayedSession,
} from '../testing/played-sshd.ts';
import { skipWithout } from '../testing/missing-part.ts';
import { SESSION } from '../testing/server-session.ts';
import { scratchFolder, type ScratchFolder } from '../testing/scratch-folder.ts';
import type { ServerSession, SessionPart } from './server-session.ts';
import { noteSession, readNoted, readReleased, releaseSession } from './session-commands.ts';
import { NOTE_SCRIPT, releaseScript } from './session-scripts.ts';

const LINE =
  'holdfast-session 93f8b512-7242-4b51-b09f-e83605ea7730 4026531836 1000 811 4092854 sshd';

describe('of the answer to the question for the session', () => {
  test.each([
    ['the line alone', `${LINE}\n`],
    ['without the end of the line', LINE],
    ['behind a greeting', `Welcome to holdfast-session\n${LINE}\nbye\n`],
  ])('is read: %s', (_, text) => {
    expect(readNoted(text)).toEqual({ session: SESSION });
  });

  test('a server of OpenSSH 9.8 is known', () => {
    expect(readNoted(`${LINE}-session`)).toEqual({ session: { ...SESSION, name: 'sshd-session' } });
  });

  test.each([
    ['holdfast-session cannot no-proc', 'no-proc'],
    ['holdfast-session cannot no-session', 'no-session'],
    ['holdfast-session cannot foreign-session', 'foreign-session'],
  ])('%j says why there is none', (text, cannot) => {
    expect(readNoted(text)).toEqual({ cannot });
  });

  test.each([
    ['nothing', ''],
    ['a greeting', 'This account is for tunnels only.'],
    ['two answers', `${LINE}\n${LINE}`],
    ['something before it', ` ${LINE}`],
    ['a word more', `${LINE} x`],
    ['a blank more', LINE.replace(' 811', '  811')],
    ['a word less', LINE.replace(' 811', '')],
    ['an end of the line of another system', `${LINE}\r`],
    ['the script itself', NOTE_SCRIPT],
    ['no boot', LINE.replace(/93f8\S+/, '-')],
    ['a boot in capitals', LINE.replace('93f8b512', '93F8B512')],
    ['no pid namespace', LINE.replace('4026531836', '')],
    ['every process', LINE.replace(' 811', ' 0')],
    ['a group', LINE.replace(' 811', ' -811')],
    ['everybody', LINE.replace(' 811', ' -1')],
    ['the first process', LINE.replace(' 811', ' 1')],
    ['a pid with a zero in front', LINE.replace(' 811', ' 0811')],
    ['a pid of any length', LINE.replace(' 811', ' 81181181181')],
    ['a command for a pid', LINE.replace(' 811', ' 8;reboot')],
    ['a substitution for a start', LINE.replace('4092854', '$(reboot)')],
    ['a quote', LINE.replace('4092854', "4'2")],
    ['a start that is negative', LINE.replace('4092854', '-1')],
    ['digits of another script', LINE.replace('811', '८११')],
    ['another program', LINE.replace(/sshd$/, 'bash')],
    ['a program that only begins like it', LINE.replace(/sshd$/, 'sshd-auth')],
    ['a reason that is none', 'holdfast-session cannot reboot'],
    ['a reason with more behind it', 'holdfast-session cannot no-proc no-proc'],
  ])('is not read: %s', (_, text) => {
    expect(readNoted(text)).toBeUndefined();
  });

  test('whatever it is, only plain words get through', () => {
    const word = fc.constantFrom(...LINE.split(' '), '0', 'cannot', '\n', '', 'a;b');
    fc.assert(
      fc.property(fc.array(word), (words) => {
        const noted = readNoted(words.join(' '));
        const parts = noted !== undefined && 'session' in noted ? Object.values(noted.session) : [];
        for (const part of parts) expect(part).toMatch(/^[\da-z-]+$/);
      }),
    );
  });
});

test.each([
  ['holdfast-release released\n', { outcome: 'released' }],
  ['Hello\nholdfast-release gone', { outcome: 'gone' }],
  ['holdfast-release not-ours boot', { outcome: 'not-ours', part: 'boot' }],
  ['holdfast-release not-ours this-session', { outcome: 'not-ours', part: 'this-session' }],
  ['holdfast-release cannot not-permitted', { outcome: 'cannot', why: 'not-permitted' }],
  ['holdfast-release not-ours', undefined],
  ['holdfast-release not-ours toString', undefined],
  ['holdfast-release released boot', undefined],
  ['holdfast-release released\nholdfast-release gone', undefined],
  ['holdfast-release cannot', undefined],
  [releaseScript(SESSION), undefined],
  ['', undefined],
])('the answer %j to a release is read as %j', (text, answer) => {
  expect(readReleased(text)).toEqual(answer);
});

test('the scripts hold nothing that a shell of the account could read in quotes', () => {
  for (const script of [NOTE_SCRIPT, releaseScript(SESSION)])
    expect(script).not.toMatch(/['\\!\n]/);
});

test.each<[SessionPart, string]>([
  ['boot', '$(reboot)'],
  ['pid', '-1'],
  ['pid', '811\n'],
  ['start', '1 || kill -9 -1'],
  ['name', "sshd'; reboot"],
])('no command is made of a session whose %s is %j', async (part, value) => {
  const ssh = { program: '/nonexistent/ssh', controlPath: '/x', host: 'h', env: {} };
  await expect(releaseSession(ssh, { ...SESSION, [part]: value })).rejects.toThrow(TypeError);
});

/** Runs a script as a command of this shell, below a process that is called `sshd`. */
function runUnderSshd(sh: string, script: string): string {
  const words = ['-e', '$0 = "sshd"; exit(system(@ARGV) >> 8)', ...sh.split(' '), '-c', script];
  return spawnSync('perl', words, { encoding: 'utf8' }).stdout;
}

function noShell(words: string): boolean {
  const [shell] = words.split(' ') as [string];
  const isHere = spawnSync(shell, ['-c', ':']).error === undefined;
  return skipWithout(`the shell ${shell}: apt-get install ${shell}`, isHere);
}

describe.skipIf(cannotPlaySshd)('over a connection', () => {
  let folder: ScratchFolder;
  const played: PlayedSession[] = [];
  const through = (program: string) => ({
    program,
    controlPath: folder.file('control'),
    host: 'server.example',
    env: process.env,
  });
  const play = async (how: Parameters<typeof playSession>[0] = {}) => {
    const session = await playSession(how);
    played.push(session);
    return session;
  };

  beforeEach(() => {
    folder = scratchFolder();
  });
  afterEach(() => {
    for (const each of played.splice(0)) each.end();
    folder.remove();
  });

  test('the process above the command is noted', async () => {
    const own = (await play()).session;
    const noted = await noteSession(through(playedSsh(folder)));
    expect(noted).toEqual({
      session: { ...own, pid: expect.any(String), start: expect.any(String) },
    });
  });

  const SHELLS = ['dash', 'busybox sh', 'bash', 'ksh', 'mksh', 'zsh', 'fish', 'tcsh'];
  for (const shell of SHELLS) {
    test.skipIf(noShell(shell))(
      `an account with the shell ${shell} can note and release`,
      async () => {
        const { session, isRunning } = await play({ name: 'sshd-session' });
        const ssh = through(playedSsh(folder, shell, 'sshd-session'));
        expect(await noteSession(ssh)).toMatchObject({ session: { name: 'sshd-session' } });
        expect(await releaseSession(ssh, session)).toEqual({ outcome: 'released' });
        await expect.poll(isRunning).toBe(false);
      },
    );
  }

  for (const sh of ['dash', 'busybox sh', 'bash --posix', 'ksh', 'mksh']) {
    test.skipIf(noShell(sh))(`${sh} can run the scripts in the place of /bin/sh`, async () => {
      const { session, isRunning } = await play();
      const run = (script: string) => runUnderSshd(sh, script);
      expect(readNoted(run(NOTE_SCRIPT))).toMatchObject({ session: { boot: session.boot } });
      expect(readReleased(run(releaseScript({ ...session, start: '1' })))).toEqual({
        outcome: 'not-ours',
        part: 'start',
      });
      expect(readReleased(run(releaseScript(session)))).toEqual({ outcome: 'released' });
      await expect.poll(isRunning).toBe(false);
    });
  }

  test.each<[string, boolean, NodeJS.Signals | undefined]>([
    ['waits', false, undefined],
    ['is stopped', false, 'SIGSTOP'],
    ['does not hear TERM', true, undefined],
    ['does not hear TERM, and is stopped', true, 'SIGSTOP'],
  ])('a session that %s is ended', async (_, isDeaf, signal) => {
    const old = await play({ isDeaf });
    if (signal !== undefined) old.signal(signal);
    expect(await releaseSession(through(playedSsh(folder)), old.session)).toEqual({
      outcome: 'released',
    });
    expect(await old.ended).toBe(isDeaf ? 'SIGKILL' : 'SIGTERM');
  });

  test.each<[SessionPart, Partial<ServerSession>]>([
    ['boot', { boot: '00000000-0000-4000-8000-000000000000' }],
    ['pidNamespace', { pidNamespace: '4026500000' }],
    ['uid', { uid: '54321' }],
    ['start', { start: '1' }],
    ['name', { name: 'sshd-session' }],
  ])('nothing is done to a session whose %s is another', async (part, other) => {
    const old = await play();
    const ssh = through(playedSsh(folder));
    expect(await releaseSession(ssh, { ...old.session, ...other })).toEqual({
      outcome: 'not-ours',
      part,
    });
    expect(old.isRunning()).toBe(true);
    // It would have been heard.
    expect(await releaseSession(ssh, old.session)).toEqual({ outcome: 'released' });
  });

  describe.skipIf(skipWithout('root', process.getuid?.() === 0))('with several users', () => {
    const OTHER = 54_321;
    /** Runs a script as another user, below a process of root's that is called `sshd`. */
    const runAsOther = (script: string) => {
      const words = '$0 = "sshd"; unless (fork) { $< = $> = 54321; exec "sh", "-c", @ARGV } wait';
      return spawnSync('perl', ['-e', words, script], { encoding: 'utf8' }).stdout;
    };

    test('a session above the command that is another user’s is not noted', () => {
      expect(readNoted(runAsOther(NOTE_SCRIPT))).toEqual({ cannot: 'foreign-session' });
    });

    test('a session is left alone that is not of the user that was noted', async () => {
      const old = await play({ uid: OTHER });
      const ssh = through(playedSsh(folder));
      expect(await releaseSession(ssh, old.session)).toEqual({ outcome: 'not-ours', part: 'uid' });
      expect(old.isRunning()).toBe(true);
    });

    test('a session is left alone where the account is another', async () => {
      const old = await play();
      const answer = runAsOther(releaseScript(old.session));
      expect(readReleased(answer)).toEqual({ outcome: 'not-ours', part: 'uid' });
      expect(old.isRunning()).toBe(true);
    });
  });

  test('a session that has ended is gone', async () => {
    const old = await play();
    old.end();
    await expect.poll(old.isRunning).toBe(false);
    const answer = await releaseSession(through(playedSsh(folder)), old.session);
    expect(answer).toEqual({ outcome: 'gone' });
  });

  test('the session that the command comes over is never ended', async () => {
    const { session } = await play();
    const script = releaseScript({ ...session, pid: '77777' }).replaceAll('77777', '$PPID');
    expect(readReleased(runUnderSshd('sh', script))).toEqual({
      outcome: 'not-ours',
      part: 'this-session',
    });
  });

  test.each([
    ['that cannot be started', '/nonexistent/ssh', 'no-answer'],
    ['that fails', 'exit 255', 'no-shell'],
    ['whose account has a forced command', 'echo This account is for tunnels only.', 'no-shell'],
  ])('an ssh %s notes and ends nothing', async (_, script, why) => {
    const old = await play();
    const ssh = through(script.startsWith('/') ? script : folder.program('ssh', script));
    expect(await noteSession(ssh)).toEqual({ cannot: why });
    expect(old.isRunning()).toBe(true);
  });

  test('of several releases of one session all are told the truth', async () => {
    const old = await play();
    const ssh = through(playedSsh(folder));
    const outcomes = await Promise.all([1, 2, 3].map(() => releaseSession(ssh, old.session)));
    for (const { outcome } of outcomes) expect(['released', 'gone']).toContain(outcome);
    await expect.poll(old.isRunning).toBe(false);
  });
});
