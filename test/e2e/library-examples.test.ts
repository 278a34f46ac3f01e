import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { installPacked, linkDependency, type Home } from '../library/packed-libraries.ts';
import { noChromium, startChromium } from './support/chromium.ts';
import { endScene, PATIENT, startServer } from './support/embedded-scene.ts';
import { sshStandIn } from './support/fleet-scene.ts';
import { findFreePorts } from './support/free-ports.ts';

const EXAMPLES = fileURLToPath(new URL('../../packages/engine/examples/', import.meta.url));
/** The compiler of this workspace. */
const TSC = join(EXAMPLES, '../../../node_modules/.bin/tsc');

let home: Home;

beforeAll(async () => {
  home = await installPacked(['@holdfast/machines', '@holdfast/text', '@holdfast/engine']);
  for (const name of ['@types/node', 'undici-types']) linkTypes(name);
  cpSync(EXAMPLES, home.path, { recursive: true });
  const manifest = { private: true, type: 'module' };
  writeFileSync(join(home.path, 'package.json'), JSON.stringify(manifest));
});

afterAll(() => home.remove());

afterEach(endScene);

function linkTypes(name: string): void {
  const from = name === '@types/node' ? '.' : 'node_modules/@types/node';
  linkDependency(name, from, home.path);
}

/** Runs an example in the folder of the user; it ends with the test at the latest. */
function run(example: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}) {
  const program = execa(process.execPath, [example, ...args], {
    cwd: home.path,
    env: { TMPDIR: home.path, ...env },
    reject: false,
    all: true,
  });
  onTestFinished(() => void program.kill('SIGKILL'));
  return program;
}

/** Collects what a program writes. */
function listen(program: ReturnType<typeof run>): () => string {
  let text = '';
  program.all.on('data', (part: Buffer) => (text += part.toString()));
  return () => text;
}

test('every example is in the list, in order, and listed ones are there', () => {
  const listed = [...readFileSync(join(EXAMPLES, 'README.md'), 'utf8').matchAll(/^\| \[(.+?)\]/gm)];
  const there = readdirSync(EXAMPLES).filter((name) => /^\d/.test(name));
  expect(listed.map(([, name]) => name)).toEqual(there.sort());
});

test('all examples are well typed against the packed types, with strict settings and nothing skipped', async () => {
  const options = {
    compilerOptions: {
      target: 'es2023',
      lib: ['es2023', 'esnext.disposable', 'dom'],
      module: 'nodenext',
      types: ['node'],
      strict: true,
      noUncheckedIndexedAccess: true,
      allowJs: true,
      checkJs: true,
      noEmit: true,
    },
    include: ['*.mjs', '*.ts'],
  };
  writeFileSync(join(home.path, 'tsconfig.json'), JSON.stringify(options));
  const { stdout } = await execa(TSC, ['-p', home.path], { reject: false });
  expect(stdout).toBe('');
});

test('001 drives the machine by hand', async () => {
  const { all, exitCode } = await run('001-drive-the-machine.mjs');
  expect(all.split('\n')).toEqual([
    '0 s: backoff.began',
    '0 s: start.began',
    '0 s: start.succeeded',
    '45 s: probe.began',
    '45 s: probe.answered',
    'healthy',
    '60 s: child.ended',
    '60 s: backoff.began',
    '60 s: start.began',
    '60 s: start.succeeded',
    '60 s: child.ended',
    '60 s: tunnel.ended',
    'ssh exited with status 0: it had done its work',
  ]);
  expect(exitCode).toBe(0);
});

test('002 keeps one tunnel up until Ctrl-C', async () => {
  const server = await startServer();
  const program = run('002-one-tunnel.mjs', [server.destination, ...server.clientArguments()]);
  const text = listen(program);
  await expect.poll(text, PATIENT).toContain('the tunnel is healthy');
  expect(server.connections).toBe(1);
  program.kill('SIGINT');
  const { exitCode } = await program;
  expect(text()).toContain('it was told to stop');
  expect(exitCode).toBe(0);
  await expect.poll(() => server.connections, PATIENT).toBe(0);
});

describe('003, compiled for Node 20', () => {
  beforeAll(async () => {
    const source = readFileSync(join(EXAMPLES, '003-await-ready.ts'), 'utf8');
    const { code } = await transform(source, { loader: 'ts', target: 'node20', format: 'esm' });
    writeFileSync(join(home.path, '003-await-ready.mjs'), code);
  });

  test('is ready, reads an event, and leaves no ssh behind', async () => {
    const server = await startServer();
    const args = [server.destination, ...server.clientArguments()];
    const { all, exitCode } = await run('003-await-ready.mjs', args);
    const lines = all.split('\n');
    expect([lines[0], lines.at(-1)]).toEqual(['ready', 'the server answered']);
    expect(exitCode).toBe(0);
    await expect.poll(() => server.connections, PATIENT).toBe(0);
  });

  test('ends with the reason when its tunnel can never be ready', async () => {
    const { all, exitCode } = await run('003-await-ready.mjs', ['bastion'], { PATH: home.path });
    expect(all).toMatch(/FleetError: db has failed: .*ssh.*\n/);
    expect(all).toContain("code: 'not-ready'");
    expect(exitCode).toBe(1);
  });
});

test('004 asks the service behind the tunnel', async () => {
  let status = '200 OK';
  const http = (stream: NodeJS.ReadWriteStream) =>
    void stream.once('data', () => {
      stream.end(`HTTP/1.1 ${status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`);
    });
  const server = await startServer({ services: { 8080: http } });
  const port = await findFreePorts(1);
  const args = [String(port), server.destination, ...server.clientArguments()];
  const program = run('004-own-heartbeat.mjs', args);
  const text = listen(program);
  await expect.poll(text, PATIENT).toContain('the tunnel is healthy');
  status = '503 Service Unavailable';
  await expect.poll(text, PATIENT).toContain('a probe was not answered: the service says 503');
  status = '200 OK';
  program.kill('SIGINT');
  expect((await program).exitCode).toBe(0);
});

test('005 decides by rules of its own', async () => {
  const ssh = sshStandIn('exit 0');
  const { all, exitCode } = await run('005-own-rules.mjs', ['bastion'], {
    PATH: ssh.slice(0, ssh.lastIndexOf('/')),
  });
  expect(all.split('\n')).toEqual([
    'status 0: holdfast says restart, errand says stop',
    'status 1: holdfast says restart, errand says restart',
    'status 255: holdfast says restart, errand says restart',
    'the end: ssh exited with status 0: it had done its work',
  ]);
  expect(exitCode).toBe(0);
});

describe('006, bundled for a browser', () => {
  const folder = () => join(home.path, '006-in-a-browser');

  beforeAll(async () => {
    const { warnings, outputFiles } = await build({
      absWorkingDir: folder(),
      entryPoints: ['main.js'],
      bundle: true,
      // Here a module of Node would be an error.
      platform: 'browser',
      format: 'esm',
      minify: true,
      write: false,
      logLevel: 'silent',
    });
    expect(warnings).toEqual([]);
    writeFileSync(join(folder(), 'page.js'), outputFiles[0]!.contents);
  });

  test('is small: the machine, the rules and all that it needs of xstate', () => {
    const { length } = readFileSync(join(folder(), 'page.js'));
    expect(length).toBeGreaterThan(10_000);
    expect(length).toBeLessThan(100_000);
  });

  test.skipIf(noChromium !== undefined)(
    `runs in Chromium: ssh dies, and is started again; a button stops the tunnel${noChromium === undefined ? '' : ` (${noChromium})`}`,
    async () => {
      const browser = await startChromium();
      onTestFinished(() => browser.close());
      const page = await browser.newPage();
      const problems: string[] = [];
      page.on('console', (message) => problems.push(message.text()));
      page.on('pageerror', ({ message }) => problems.push(message));
      await page.route('http://example.test/**', (route) => {
        const name = new URL(route.request().url()).pathname.slice(1);
        return route.fulfill({ path: join(folder(), name) });
      });
      await page.goto('http://example.test/index.html');
      const states = () => page.locator('li').allTextContents();
      await expect
        .poll(states, PATIENT)
        .toEqual(['connecting', 'healthy', 'connecting', 'healthy']);
      await page.getByRole('button').click();
      await expect.poll(async () => (await states()).at(-1), PATIENT).toBe('stopped');
      expect(problems).toEqual([]);
    },
  );
});
