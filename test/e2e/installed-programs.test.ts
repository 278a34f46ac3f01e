import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { TLSSocket } from 'node:tls';
import { afterEach, describe, expect, test } from 'vitest';
import { endScene, PATIENT, startServer } from './support/embedded-scene.ts';
import { findFreePorts } from './support/free-ports.ts';
import {
  createHoldfastScene,
  endHoldfastScenes,
  type HoldfastScene,
  tunnelToml,
  tunnelToServer,
} from './support/holdfast.ts';
import { openPage, pageAt } from './support/inspector.ts';
import { missingPart } from './support/missing-part.ts';
import { createRunFolder } from './support/run-folder.ts';

// What ships is not the sources: a module that is loaded late is found, or not, only in the installed program.

afterEach(async () => {
  await endHoldfastScenes();
  await endScene();
});

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n';

/** A scene with a file of one tunnel that never does anything. */
function quietScene(): HoldfastScene {
  const scene = createHoldfastScene();
  scene.folder.writeScript('bin/ssh', 'exec sleep 60');
  scene.write(tunnelToml('db', 'gw', { heartbeat: 'none' }));
  return scene;
}

describe('each kind of check', () => {
  const openssl = missingPart(hasOpenssl() ? undefined : 'needs openssl');

  function hasOpenssl(): boolean {
    try {
      return execFileSync('openssl', ['version']).length > 0;
    } catch {
      return false;
    }
  }

  /** A certificate for 127.0.0.1 that nobody vouches for but itself. */
  function makeCertificate() {
    const folder = createRunFolder();
    const [key, cert] = [folder.file('key'), folder.file('cert')];
    const words =
      'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1';
    execFileSync('openssl', [...words.split(' '), '-keyout', key, '-out', cert], {
      stdio: 'ignore',
    });
    return { path: cert, pair: { key: readFileSync(key), cert: readFileSync(cert) } };
  }

  /** Services at the far end that a check can ask, with forwards to them. */
  async function startServices({ pair }: ReturnType<typeof makeCertificate>) {
    const answer = (stream: NodeJS.ReadWriteStream) => stream.once('data', () => stream.end(OK));
    const server = await startServer({
      services: {
        80: answer,
        443: (stream) => answer(new TLSSocket(stream, { isServer: true, ...pair })),
      },
    });
    const port = await findFreePorts(2);
    const local = [`127.0.0.1:${port}:127.0.0.1:80`, `127.0.0.1:${port + 1}:127.0.0.1:443`];
    return { server, port, local };
  }

  test.skipIf(openssl)(
    'is asked: tcp, http, https and a command; a tunnel that they restart is left alone',
    async () => {
      const certificate = makeCertificate();
      const { server, port, local } = await startServices(certificate);
      const scene = createHoldfastScene({ NODE_EXTRA_CA_CERTS: certificate.path });
      const questions = [
        { tcp: `127.0.0.1:${port}` },
        { http: `http://127.0.0.1:${port}/` },
        { http: `https://127.0.0.1:${port + 1}/` },
        { command: ['true'] },
      ];
      const rows = questions.map((question) => {
        const [kind, what] = Object.entries(question)[0]!;
        return `[[tunnels.db.check]]\n${kind} = ${JSON.stringify(what)}\nevery = "200ms"\nrestart = true\n`;
      });
      scene.write([tunnelToServer('db', server, { local }), ...rows].join('\n'));
      await scene.up('--wait', '90s');
      const checks = async () => (await scene.status()).tunnels[0]!.checks;
      await expect
        .poll(async () => (await checks()).map(({ ok, problem }) => problem ?? ok), PATIENT)
        .toEqual([true, true, true, true]);
      const first = await checks();
      await expect
        .poll(async () => (await checks()).map(({ at }, index) => at !== first[index]!.at), PATIENT)
        .toEqual([true, true, true, true]);
      expect((await scene.status()).tunnels).toMatchObject([{ starts: 1, isDegraded: false }]);
    },
  );
});

describe('chart', () => {
  test.each([
    ['json', /^\{\n {2}"id": "tunnel"/],
    ['svg', /^<svg /],
    ['mermaid', /^stateDiagram-v2/m],
  ])('is printed as %s', async (format, start) => {
    const outcome = await quietScene().holdfast('chart', '--format', format);
    expect(outcome).toMatchObject({ status: 0, stderr: '', stdout: expect.stringMatching(start) });
  });
});

describe('completion', () => {
  test.each(['bash', 'zsh', 'fish'])('is printed for %s, with names of tunnels', async (shell) => {
    const scene = quietScene();
    const script = await scene.holdfast('completion', shell);
    expect(script).toMatchObject({ status: 0, stderr: '' });
    expect(script.stdout).toContain('complete-names');
    const names = await scene.holdfast('complete-names');
    expect(names).toMatchObject({ status: 0, stderr: '', stdout: expect.stringMatching(/^db\b/m) });
  });
});

test('import reads a command line', async () => {
  const words = ['import', '--', 'autossh', '-M', '0', '-N', '-L', '5432:db:5432', 'gw'];
  const { status, stdout } = await quietScene().holdfast(...words);
  expect(status).toBe(0);
  expect(stdout).toContain('[tunnels.gw]');
});

test('inspect, its charts and its page; record, report and replay', async () => {
  const scene = createHoldfastScene();
  scene.write(tunnelToServer('db', await startServer(), { poll: '200ms' }));
  await scene.up('--wait', '90s');
  const page = await openPage(scene);
  for (const line of ['GET /', 'GET /api/hello', 'GET /api/charts/tunnel', 'GET /stately']) {
    expect([line, (await page.ask(line)).status]).toEqual([line, 200]);
  }

  const kept = scene.folder.file('kept.ndjson');
  const keeper = scene.start('record', 'db', '--output', kept);
  await expect.poll(() => scene.folder.read('kept.ndjson'), PATIENT).not.toBe('');
  keeper.signal('SIGINT');
  expect([await keeper.ended, keeper.stderr]).toEqual([0, expect.not.stringContaining('Error')]);

  const report = scene.folder.file('report.ndjson');
  const reported = await scene.holdfast('report', 'db', '--output', report);
  expect([reported.status, reported.stdout]).toEqual([0, '']);
  for (const file of [kept, report]) {
    expect(await scene.holdfast('replay', '--json', file)).toMatchObject({ status: 0, stderr: '' });
  }

  const shown = scene.start('replay', '--open', report);
  await expect.poll(() => shown.stdout, PATIENT).toMatch(/#token=.*\n/);
  expect((await pageAt(shown.stdout.trim()).ask('GET /api/hello')).status).toBe(200);
  shown.signal('SIGINT');
  expect(await shown.ended).toBe(0);
});

test('run keeps a connection up, and tells it', async () => {
  const scene = quietScene();
  const run = scene.start('run', '--heartbeat', 'none', '--json', '-N', 'gw');
  await expect.poll(() => run.stdout, PATIENT).toContain('"start.succeeded"');
  run.signal('SIGTERM');
  expect([await run.ended, run.stderr]).toEqual([0, '']);
});
