import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FILE_BODIES } from '../bundles/programs.ts';
import { runHoldfast } from '../run-holdfast.ts';
import { captureTerminal } from '../testing/captured-terminal.ts';
import {
  makeScratchHome,
  startFakeSupervisor,
  type FakeAnswers,
  type FakeSupervisor,
  type ScratchHome,
} from '../testing/fake-supervisor.ts';
import { openBrowser, openerOf, writeSignpost } from './open-browser.ts';

const TOKEN = 'abcdefghijklmnopqrstuv';
const URL = `http://127.0.0.1:40123/#token=${TOKEN}`;

let supervisor: FakeSupervisor | undefined;
let home: ScratchHome;
beforeEach(() => (home = makeScratchHome()));
afterEach(async () => {
  home.remove();
  await supervisor?.close();
  supervisor = undefined;
});

/** What a stand-in for xdg-open was started with; it writes that down. */
function putOpener(): { readonly path: string; readonly args: () => string } {
  const bin = join(home.folder, 'bin');
  mkdirSync(bin);
  const told = join(bin, 'told');
  writeFileSync(
    join(bin, 'xdg-open'),
    `#!/bin/sh\nprintf '%s\\n' "$@" > ${told}.new\nmv ${told}.new ${told}\n`,
  );
  chmodSync(join(bin, 'xdg-open'), 0o755);
  return {
    path: `${bin}:${process.env['PATH']}`,
    args: () => (existsSync(told) ? readFileSync(told, 'utf8') : ''),
  };
}

async function inspect(
  words: readonly string[],
  {
    answers = { 'POST /v1/inspect': { url: URL } },
    isTerminal = false,
    env = {},
  }: {
    readonly answers?: FakeAnswers;
    readonly isTerminal?: boolean;
    readonly env?: Readonly<Record<string, string>>;
  } = {},
) {
  supervisor = await startFakeSupervisor(answers);
  const terminal = captureTerminal({ isTerminal });
  const status = await runHoldfast(FILE_BODIES, ['inspect', ...words], {
    terminal,
    env: { ...supervisor.env, ...env },
    script: '',
  });
  return { status, stdout: terminal.stdout(), stderr: terminal.stderr() };
}

describe('holdfast inspect', () => {
  it('prints the address, and opens nothing where nobody sees it', async () => {
    const { path, args } = putOpener();
    const result = await inspect([], { env: { PATH: path, DISPLAY: ':0' } });
    expect(result).toEqual({ status: 0, stdout: `${URL}\n`, stderr: '' });
    expect(supervisor?.asked).toEqual(['POST /v1/inspect {}']);
    expect(args()).toBe('');
  });

  it.each([
    ['--port', '4711', '{"port":4711}'],
    ['--close', undefined, '{"close":true}'],
  ])('asks for what %s means', async (option, value, body) => {
    await inspect(value === undefined ? [option] : [option, value]);
    expect(supervisor?.asked).toEqual([`POST /v1/inspect ${body}`]);
  });

  it('says that it is closed', async () => {
    const answers = { 'POST /v1/inspect': { url: null } };
    expect(await inspect(['--close'], { answers })).toMatchObject({
      status: 0,
      stdout: 'the inspector is closed\n',
    });
  });

  it('prints JSON for programs, and opens nothing then', async () => {
    const { path, args } = putOpener();
    const env = { PATH: path, DISPLAY: ':0' };
    const { stdout } = await inspect(['--json'], { isTerminal: true, env });
    expect(JSON.parse(stdout)).toEqual({ url: URL });
    expect(args()).toBe('');
  });

  it.each(['0', '65536', '1e3', '-1', '80 ', 'http'])('refuses the port %j', async (port) => {
    const { status, stderr } = await inspect([`--port=${port}`]);
    expect(status).toBe(2);
    expect(stderr).toContain('--port must be a number from 1 to 65535');
    expect(supervisor?.asked).toEqual([]);
  });

  it('refuses --close with --port', async () => {
    expect((await inspect(['--close', '--port', '1'])).status).toBe(2);
  });

  it('says with its status that no supervisor runs', async () => {
    const terminal = captureTerminal();
    const { env } = home;
    const status = await runHoldfast(FILE_BODIES, ['inspect'], { terminal, env, script: '' });
    expect(status).toBe(3);
    expect(terminal.stderr()).toContain('no supervisor is running');
  });

  it('says why it cannot be had', async () => {
    const error = { code: 'inspector-failed', message: 'port 80 is taken' };
    const result = await inspect(['--port', '80'], { answers: { 'POST /v1/inspect': { error } } });
    expect(result).toMatchObject({ status: 1, stdout: '' });
    expect(result.stderr).toContain('port 80 is taken');
  });

  it('believes no address that is not of this machine', async () => {
    const answers = { 'POST /v1/inspect': { url: 'http://evil.example/#token=a' } };
    const { path, args } = putOpener();
    const env = { PATH: path, DISPLAY: ':0' };
    const result = await inspect([], { answers, isTerminal: true, env });
    expect(result).toMatchObject({ status: 1, stdout: '' });
    expect(args()).toBe('');
  });

  it('opens a browser on a desktop, without the token in a command line', async () => {
    const { path, args } = putOpener();
    const result = await inspect([], { isTerminal: true, env: { PATH: path, DISPLAY: ':0' } });
    expect(result).toMatchObject({ status: 0, stdout: `${URL}\n` });
    await expect.poll(args).not.toBe('');
    const signpost = args().trim();
    expect(signpost).not.toContain(TOKEN);
    expect(readFileSync(signpost, 'utf8')).toContain(`content="0; url=${URL}"`);
  });

  it('opens none with --no-open', async () => {
    const { path, args } = putOpener();
    const env = { PATH: path, DISPLAY: ':0' };
    await inspect(['--no-open'], { isTerminal: true, env });
    expect(args()).toBe('');
  });
});

describe('the file that leads to the page', () => {
  it('is for its owner alone, runs nothing, and replaces the one before', () => {
    for (const url of [`${URL.slice(0, -1)}w`, URL]) writeSignpost(url, home.folder);
    const path = join(home.folder, 'inspect.html');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const text = readFileSync(path, 'utf8');
    expect(text).not.toContain('<script');
    expect(text.match(/token=\w+/g)).toEqual([`token=${TOKEN}`, `token=${TOKEN}`]);
  });

  it('is never written through a link', () => {
    const other = join(home.folder, 'other');
    writeFileSync(other, 'mine');
    symlinkSync(other, join(home.folder, 'inspect.html'));
    writeSignpost(URL, home.folder);
    expect(readFileSync(other, 'utf8')).toBe('mine');
  });
});

describe('the program that opens a browser', () => {
  it.each([
    [{ DISPLAY: ':0' }, 'linux', 'xdg-open'],
    [{ WAYLAND_DISPLAY: 'wayland-0' }, 'linux', 'xdg-open'],
    [{}, 'linux', undefined],
    [{ DISPLAY: '' }, 'linux', undefined],
    [{ DISPLAY: ':0' }, 'freebsd', 'xdg-open'],
    [{}, 'darwin', 'open'],
  ] as const)('with %j on %s is %s', (env, platform, expected) => {
    expect(openerOf(env, platform)).toBe(expected);
  });

  it('may be missing', async () => {
    const env = { PATH: home.folder, DISPLAY: ':0' };
    openBrowser(URL, { env, runtime: home.folder, platform: 'linux' });
    // An error that nobody hears would end this process in a later turn.
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(existsSync(join(home.folder, 'inspect.html'))).toBe(true);
  });
});
