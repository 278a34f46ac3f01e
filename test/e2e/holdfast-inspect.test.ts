import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import type { StepsAnswer } from '@holdfast/inspector';
import { afterEach, describe, expect, test } from 'vitest';
import { endScene, PATIENT, startLine, startServer } from './support/embedded-scene.ts';
import {
  createHoldfastScene,
  endHoldfastScenes,
  type HoldfastScene,
  jsonOf,
  tunnelToServer,
} from './support/holdfast.ts';
import { openPage, pageAt, type OpenedPage } from './support/inspector.ts';
import { missingPart } from './support/missing-part.ts';
import { wordsOf } from './support/process-facts.ts';

const SECRET = 'sesame-open-thyself';
const SECRET_KEY = '/nowhere/secret-key';

afterEach(async () => {
  await endHoldfastScenes();
  await endScene();
});

/** A tunnel over a line that can freeze, asked every 200 ms, with things in it that are nobody's business. */
async function startTunnel() {
  const server = await startServer();
  const line = await startLine(server);
  const scene = createHoldfastScene({ SECRET_IN_ENVIRONMENT: SECRET });
  const reachable = {
    destination: server.destination,
    clientArguments: () => server.clientArguments(line.port),
  };
  const options = ['-o', `SetEnv=SECRET=${SECRET}`, '-i', SECRET_KEY];
  // The whole line freezes, so that only patience decides.
  const patience = { challenge: false, patience: '5s' };
  scene.write(tunnelToServer('db', reachable, { poll: '200ms', options, ...patience }));
  await scene.up('--wait', '90s');
  return { scene, line };
}

async function pastOf(page: OpenedPage, query = ''): Promise<StepsAnswer> {
  return JSON.parse((await page.ask(`GET /api/tunnels/db/steps${query}`)).text) as StepsAnswer;
}

test('a frozen connection is seen to be probed, stopped, started again and healthy', async () => {
  const { scene, line } = await startTunnel();
  const page = await openPage(scene);
  const stream = await page.follow('db');
  await expect.poll(() => stream.row('db'), PATIENT).toMatchObject({ starts: 1 });
  await expect.poll(() => stream.row('db')?.roundTripsMs.length, PATIENT).toBeGreaterThan(2);

  line.freeze();
  await expect
    .poll(() => stream.steps().map(({ event }) => event), PATIENT)
    .toContain('heartbeat.missed');
  await expect.poll(() => stream.steps().map(({ state }) => state), PATIENT).toContain('stopping');
  line.thaw();
  await expect.poll(() => stream.row('db'), PATIENT).toMatchObject({ state: 'healthy', starts: 2 });

  const states = stream.steps().map(({ state }) => state);
  const since = states.lastIndexOf('probing', states.indexOf('stopping'));
  const seen = states.slice(since).filter((state, at, all) => state !== all[at - 1]);
  expect(seen.slice(0, 4)).toEqual(['probing', 'stopping', 'backoff', 'connecting']);
  expect(seen.at(-1)).toMatch(/^(healthy|probing)$/);
  expect(stream.rows('db').map(({ state }) => state)).toContain('probing');
  expect(stream.row('db')).toMatchObject({ failureClass: 'dropped' });

  // The same is on record, for whoever comes later.
  const live = stream.steps().map(({ event, state }) => `${event} ${state}`);
  const past = await pastOf(page);
  const recorded = past.steps.map(({ event, state }) => `${event} ${state}`);
  const at = live.findIndex((step) => step.startsWith('heartbeat.missed'));
  const from = recorded.findIndex((step) => step.startsWith('heartbeat.missed'));
  // Read after what has come here, it may be some steps ahead, and not behind.
  const seenSince = live.slice(at);
  expect(recorded.slice(from, from + seenSince.length)).toEqual(seenSince);
  expect((await page.ask('GET /api/tunnels/db/why')).text).toContain(
    'the server did not answer for ',
  );

  // What is drawn and what happens have the same names.
  const { chart } = JSON.parse((await page.ask('GET /api/charts/tunnel')).text);
  const ids = chart.transitions.map(({ id }: { id: string }) => id);
  const taken = stream
    .steps()
    .flatMap((step) => step.taken)
    .filter((id) => !id.includes('#initial/'));
  expect(taken.filter((id) => !ids.includes(id))).toEqual([]);
});

test('orders from the page are carried out', async () => {
  const { scene } = await startTunnel();
  const page = await openPage(scene);
  const stream = await page.follow('db');
  const order = async (action: string) => {
    const { status, text } = await page.ask(`POST /api/tunnels/db/${action}`);
    expect({ status, ...JSON.parse(text) }).toEqual({ status: 200, done: action });
  };
  const reach = (row: object) => expect.poll(() => stream.row('db'), PATIENT).toMatchObject(row);

  await order('probe');
  await expect
    .poll(() => stream.steps().map(({ event }) => event), PATIENT)
    .toContain('tunnel.probe');
  await order('restart');
  await reach({ starts: 2, state: 'healthy' });
  await order('stop');
  await reach({ state: 'stopped' });
  expect((await scene.status()).tunnels).toMatchObject([{ state: 'stopped', pid: null }]);
  await order('start');
  await reach({ state: 'healthy' });
  expect((await page.ask('POST /api/tunnels/nobody/stop')).status).toBe(404);
  expect((await page.ask('POST /api/tunnels/db/destroy')).status).toBe(404);
});

test('no answer tells of keys, options or environment, and no log or command line of the token', async () => {
  const { scene, line } = await startTunnel();
  const page = await openPage(scene);
  const stream = await page.follow('db');
  line.cut();
  await expect.poll(() => stream.row('db'), PATIENT).toMatchObject({ starts: 2, state: 'healthy' });
  const lines = ['hello', 'charts/tunnel', 'tunnels/db/steps', 'tunnels/db/why'];
  const answers = await Promise.all(lines.map((path) => page.ask(`GET /api/${path}`)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  const told = [stream.text(), ...answers.map(({ text }) => text)].join('\n');
  expect(told).toContain('child.exited');
  for (const secret of [SECRET, SECRET_KEY, 'SetEnv', 'SECRET', page.token, scene.folder.path]) {
    expect(told).not.toContain(secret);
  }

  const written = readdirSync(scene.folder.file('state'), { recursive: true, withFileTypes: true });
  const files = written.filter((entry) => entry.isFile());
  expect(files.length).toBeGreaterThan(1);
  for (const { parentPath, name } of files) {
    expect(readFileSync(join(parentPath, name), 'utf8')).not.toContain(page.token);
  }
  const commandLines = scene.processes().map((pid) => wordsOf(pid).join(' '));
  expect(commandLines.join()).toContain('supervise');
  expect(commandLines.join()).not.toContain(page.token);
});

test('the past survives the supervisor', async () => {
  const { scene } = await startTunnel();
  const before = await pastOf(await openPage(scene));
  await scene.down();
  await scene.up('--wait', '90s');
  const page = await openPage(scene);
  const after = await pastOf(page);
  expect(after.earliestMs).toBe(before.earliestMs);
  expect(after.steps.length).toBeGreaterThan(before.steps.length);
  const last = before.steps.at(-1)!;
  const later = await pastOf(page, `?from=${last.atMs + 1}`);
  expect(later.steps[0]!.atMs).toBeGreaterThan(last.atMs);
  expect(later.steps.length).toBeLessThan(after.steps.length);
});

describe('the server of the page', () => {
  test('is the same for everybody who asks, until it is closed', async () => {
    const { scene } = await startTunnel();
    const first = await openPage(scene);
    expect((await openPage(scene)).url).toBe(first.url);
    const otherPort = await scene.holdfast('inspect', '--port', String(first.port - 1));
    expect(otherPort).toMatchObject({ status: 1, stdout: '' });
    expect(otherPort.stderr).toContain(`already open on port ${first.port}`);

    const stream = await first.follow();
    expect((await scene.holdfast('inspect', '--close')).status).toBe(0);
    await expect.poll(stream.isEnded, PATIENT).toBe(true);
    expect(stream.messages.at(-1)).toMatchObject({ type: 'ended' });
    await expect(first.ask('GET /api/hello')).rejects.toThrow('ECONNREFUSED');

    const again = await scene.holdfast('inspect', '--json', '--port', String(first.port));
    const { url } = jsonOf(again) as { url: string };
    expect(new URL(url).port).toBe(String(first.port));
    expect(url).not.toBe(first.url);
    expect((await first.ask('GET /api/hello')).status).toBe(401);
  });

  test('cannot be had where the port is taken, which harms no tunnel', async () => {
    const { scene } = await startTunnel();
    const stranger = createServer().listen(0, '127.0.0.1');
    await once(stranger, 'listening');
    const { port } = stranger.address() as AddressInfo;
    const { status, stderr } = await scene.holdfast('inspect', '--port', String(port));
    stranger.close();
    expect(status).toBe(1);
    expect(stderr).toContain(`cannot be opened on port ${port}: Address already in use`);
    expect((await scene.status()).tunnels).toMatchObject([{ starts: 1 }]);
    expect((await (await openPage(scene)).ask('GET /api/hello')).status).toBe(200);
  });

  test('has the whole page, and nothing of it from elsewhere', async () => {
    const { scene } = await startTunnel();
    const page = await openPage(scene);
    const html = (await page.ask('GET /')).text;
    const files = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path!);
    expect(files.length).toBeGreaterThan(1);
    for (const path of files.filter((each) => !each.startsWith('data:'))) {
      expect(path).toMatch(/^\/assets\/[\w.-]+$/);
      expect((await page.ask(`GET ${path}`)).status).toBe(200);
    }
    expect(html).not.toMatch(/<script(?![^>]*src=)|<style|\son\w+=|https?:/);
  });

  test('ends with the supervisor, and says so', async () => {
    const { scene } = await startTunnel();
    const page = await openPage(scene);
    const stream = await page.follow();
    await scene.down();
    await expect.poll(stream.isEnded, PATIENT).toBe(true);
    expect(stream.messages.at(-1)).toMatchObject({ type: 'ended' });
    await expect(page.ask('GET /api/hello')).rejects.toThrow('ECONNREFUSED');
  });

  const noProc = missingPart(process.platform === 'linux' ? undefined : '/proc is of Linux');

  test.skipIf(noProc)('is not there before somebody asks, and then on loopback alone', async () => {
    const { scene } = await startTunnel();
    expect(await listeners(scene)).toEqual([]);
    await openPage(scene);
    expect(await listeners(scene)).toEqual(['0100007F']);
    await scene.holdfast('inspect', '--close');
    expect(await listeners(scene)).toEqual([]);
  });
});

test('a recording is gone through on a page of its own, until Ctrl-C', async () => {
  const { scene } = await startTunnel();
  await expect
    .poll(async () => (await pastOf(await openPage(scene))).steps.length, PATIENT)
    .toBeGreaterThan(5);
  await scene.down();
  const replay = scene.start(
    'replay',
    '--open',
    scene.folder.file('state/holdfast/recording.ndjson'),
  );
  await expect.poll(() => replay.stdout, PATIENT).toMatch(/#token=.*\n/);
  const page = pageAt(replay.stdout.trim());
  expect(JSON.parse((await page.ask('GET /api/hello')).text)).toMatchObject({
    kind: 'recording',
    title: 'recording.ndjson',
    actions: [],
  });
  const stream = await page.follow('db');
  await expect.poll(() => stream.row('db')?.state, PATIENT).toBe('stopped');
  const past = await pastOf(page);
  expect(past.steps.map(({ event }) => event)).toEqual(
    expect.arrayContaining(['child.spawned', 'heartbeat.answered', 'tunnel.stop']),
  );
  expect((await page.ask('POST /api/tunnels/db/start')).status).toBe(404);
  replay.signal('SIGINT');
  expect(await replay.ended).toBe(0);
  await expect.poll(stream.isEnded, PATIENT).toBe(true);
});

test('needs a supervisor', async () => {
  const scene = createHoldfastScene();
  const { status, stdout, stderr } = await scene.holdfast('inspect');
  expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
  expect(stderr).toContain('no supervisor is running');
});

/** The addresses that the supervisor listens on with TCP. */
async function listeners(scene: HoldfastScene): Promise<readonly string[]> {
  const { pid } = (await scene.hello())!;
  const held = readdirSync(`/proc/${pid}/fd`).flatMap((fd) => linkOf(`/proc/${pid}/fd/${fd}`));
  const rows = ['tcp', 'tcp6'].flatMap((name) =>
    readFileSync(`/proc/${pid}/net/${name}`, 'utf8').trim().split('\n').slice(1),
  );
  return rows.flatMap((row) => {
    const [, local = '', , state, , , , , , inode] = row.trim().split(/\s+/);
    const isOurs = state === '0A' && held.includes(`socket:[${inode}]`);
    return isOurs ? [local.split(':')[0]!] : [];
  });
}

function linkOf(path: string): readonly string[] {
  try {
    return [readlinkSync(path)];
  } catch {
    // It was closed meanwhile.
    return [];
  }
}
