import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { createThrowawayKeys } from '@holdfast/demo';
import type { FailureClass, TunnelState } from '@holdfast/machines';
import type { NetworkChange } from '@holdfast/engine';
import { Subject } from 'rxjs';
import { afterEach, describe, expect, test } from 'vitest';
import { forwardOf } from '../../packages/engine/src/testing/tunnel-specs.ts';
import { expectBytes } from './support/echo-bytes.ts';
import { endScene, startLine, startServer } from './support/embedded-scene.ts';
import { endFleets, type FleetScene, makeFleet, tunnelTo } from './support/fleet-scene.ts';
import { findFreePorts } from './support/free-ports.ts';
import { createRunFolder, removeRunFolders } from './support/run-folder.ts';

const ECHO_PORT = 7;
const endings: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  await endFleets();
  for (const end of endings.splice(0).reverse()) await end();
  await endScene();
  await removeRunFolders();
});

/** Lets the tunnel fail so often, without its waits. */
async function fail({ fleet, hear }: FleetScene, name: string, times: number) {
  for (let n = 1; n <= times; n += 1) {
    fleet.start([name]);
    await hear(name, 'child.ended', n);
  }
}

describe('a host that refuses connections', () => {
  test('is unreachable, and asked again after a short wait, until it answers', async () => {
    const server = await startServer();
    const line = await startLine(server);
    await line.refuse();
    const scene = makeFleet([tunnelTo(server, { name: 'db' }, line.port)], { chance: () => 0 });
    scene.fleet.start(['db']);
    await scene.hear('db', 'child.ended', 2);
    const { failure, needsAttention } = await scene.reach('db', 'backoff');
    expect(failure).toMatchObject({
      class: 'unreachable',
      line: expect.stringContaining('refused'),
    });
    expect(needsAttention).toBe(false);
    const waits = scene.events.flatMap(({ fact }) =>
      fact.type === 'backoff.began' ? fact.graceSeconds : [],
    );
    expect(waits.slice(0, 3)).toEqual([0, 0.5, 0.5]);
    await line.accept();
    await scene.reach('db', 'healthy');
  });

  test('is asked at once when the network changes', async () => {
    const server = await startServer();
    const line = await startLine(server);
    await line.refuse();
    const networkChange$ = new Subject<NetworkChange>();
    const scene = makeFleet([tunnelTo(server, { name: 'db' }, line.port)], {
      networkChange$,
      chance: () => 1,
    });
    await fail(scene, 'db', 4);
    const { nextStartAt } = await scene.reach('db', 'backoff');
    await line.accept();
    const asked = scene.count('db', 'start.asked');
    networkChange$.next('woke-up');
    expect(scene.count('db', 'start.asked')).toBe(asked + 1);
    expect(Date.parse(scene.events.at(-1)!.at)).toBeLessThan(Date.parse(nextStartAt!));
    expect(scene.status('db').nextStartAt).toBeNull();
    await scene.reach('db', 'healthy');
  });
});

test('a key that is refused is a matter for people from the 4th try, and tried again when keys change', async () => {
  const server = await startServer();
  const keys = await createThrowawayKeys();
  endings.push(() => keys.remove());
  const good = server.clientArguments();
  const keyFile = good[good.indexOf('-i') + 1]!;
  const options = good.map((word) => (word === keyFile ? keys.clientKeyFile : word));
  const credentialChange$ = new Subject<void>();
  const scene = makeFleet(
    [tunnelTo({ destination: server.destination, clientArguments: () => options }, { name: 'db' })],
    { credentialChange$ },
  );
  scene.fleet.start(['db']);
  for (const times of [1, 2, 3, 4]) {
    await scene.hear('db', 'child.ended', times);
    const { failure, needsAttention } = await scene.reach('db', 'backoff');
    expect([failure?.class, failure?.times, needsAttention]).toEqual(['auth', times, times === 4]);
    if (times < 4) credentialChange$.next();
  }
  expect(scene.fleet.why('db').sentences.at(-1)).toContain('The next start is due in');
  copyFileSync(keyFile, keys.clientKeyFile);
  copyFileSync(`${keyFile}.pub`, `${keys.clientKeyFile}.pub`);
  credentialChange$.next();
  await scene.reach('db', 'healthy');
  // Nobody waits for keys any more: nobody looks at them.
  credentialChange$.next();
  expect(credentialChange$.observed).toBe(false);
});

describe('what ssh does not tell is looked for', () => {
  test('an HTTP server at the port is named, and is not a server that is full', async () => {
    const web = createHttpServer((_, response) => response.end('hello')).listen(0, '127.0.0.1');
    await once(web, 'listening');
    endings.push(async () => void (await new Promise((resolve) => web.close(resolve))));
    const { port } = web.address() as AddressInfo;
    const server = await startServer();
    const scene = makeFleet([tunnelTo(server, { name: 'db' }, port)]);
    scene.fleet.start(['db']);
    await scene.hear('db', 'child.ended', 1);
    expect((await scene.reach('db', 'backoff')).failure).toMatchObject({
      class: 'unreachable',
      sentence: `what answers at 127.0.0.1 port ${port} is not an SSH server but an HTTP server`,
    });
  });

  test('a key with a passphrase that no agent holds is named', async () => {
    const server = await startServer();
    const file = createRunFolder().file('locked');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'secret', '-f', file]);
    const good = server.clientArguments();
    const options = good.map((word, at) => (good[at - 1] === '-i' ? file : word));
    const to = { destination: server.destination, clientArguments: () => options };
    const scene = makeFleet([tunnelTo(to, { name: 'db' })]);
    scene.fleet.start(['db']);
    await scene.hear('db', 'child.ended', 1);
    const { failure } = await scene.reach('db', 'backoff');
    expect(failure?.class).toBe('auth');
    expect(failure?.sentence).toContain(`the key ${file} has a passphrase, and no agent holds it`);
    expect(failure?.remedy).toContain(`ssh-add ${file}`);
  });
});

describe('a tunnel gives up at once', () => {
  test.each<[title: string, known: 'other' | 'none', failureClass: FailureClass]>([
    ['the key of its host has changed', 'other', 'host-key-changed'],
    ['the key of its host is unknown', 'none', 'host-key-unknown'],
  ])('when %s, and says what to do', async (_, known, failureClass) => {
    const server = await startServer();
    const keys = await createThrowawayKeys();
    endings.push(() => keys.remove());
    const file = createRunFolder().file('known_hosts');
    const key = readFileSync(`${keys.hostKeyFile}.pub`, 'utf8');
    writeFileSync(file, known === 'other' ? `[127.0.0.1]:${server.port} ${key}` : '');
    const options = ['-o', `UserKnownHostsFile=${file}`];
    const scene = makeFleet([tunnelTo(server, { name: 'db', options })]);
    scene.fleet.start(['db']);
    const { failure, needsAttention, starts } = await scene.reach('db', 'failed');
    expect(failure).toMatchObject({ class: failureClass, remedy: expect.any(String) });
    expect([needsAttention, starts]).toEqual([true, 1]);
    expect(scene.fleet.why('db').sentences.join('\n')).toContain('What you can do: ');
  });

  test('over an option that ssh does not know, and names it', async () => {
    const server = await startServer();
    const options = ['-o', 'NoSuchOption=1'];
    const scene = makeFleet([tunnelTo(server, { name: 'db', options })]);
    scene.fleet.start(['db']);
    const { failure, starts, end } = await scene.reach('db', 'failed');
    expect([failure?.class, starts]).toEqual(['usage', 1]);
    expect(`${failure?.sentence} ${end}`.toLowerCase()).toContain('nosuchoption');
  });

  test('without an ssh, and can be started again', async () => {
    const server = await startServer();
    const scene = makeFleet([tunnelTo(server, { name: 'db' })], { ssh: '/no/ssh' });
    for (const times of [1, 2]) {
      scene.fleet.start(['db']);
      await scene.hear('db', 'tunnel.ended', times);
      const { failure, end, needsAttention } = await scene.reach('db', 'failed');
      expect(failure?.class).toBe('usage');
      expect(`${failure?.sentence} ${end}`).toContain('/no/ssh');
      expect(needsAttention).toBe(true);
    }
  });
});

test('a remote port that another session holds is waited for', async () => {
  const server = await startServer({ heldPorts: [8080] });
  const forwards = [forwardOf('remote', `8080:127.0.0.1:${await findFreePorts(1)}`)];
  const spec = tunnelTo(server, { name: 'db', forwards });
  const scene = makeFleet([spec], { chance: () => 0 });
  scene.fleet.start(['db']);
  await scene.hear('db', 'child.ended');
  const { failure, needsAttention, nextStartAt } = await scene.reach('db', 'backoff');
  expect([failure?.class, needsAttention]).toEqual(['remote-port-held', false]);
  expect(failure?.sentence).toContain('8080');
  expect(nextStartAt).not.toBeNull();
  server.release(8080);
  await scene.reach('db', 'healthy');
  // The port of a probe may be there too.
  expect(server.remoteForwards).toContain(8080);
});

describe('a local port that another program holds', () => {
  test.each([
    ['whole', ['127.0.0.1', '::1']],
    ['at 127.0.0.1', ['127.0.0.1']],
    ['at ::1', ['::1']],
  ])('%s is told with its holder, and waited for', async (_, addresses) => {
    const server = await startServer();
    const port = await findFreePorts(1);
    const holders = addresses.map((host) => createServer().listen(port, host));
    const isThere = await Promise.all(
      holders.map((holder) =>
        once(holder, 'listening').then(
          () => true,
          () => false,
        ),
      ),
    );
    // A machine without IPv6 has one half only.
    if (isThere.includes(false)) return;
    const forwards = [forwardOf('local', `${port}:127.0.0.1:${ECHO_PORT}`)];
    const scene = makeFleet([tunnelTo(server, { name: 'db', forwards })], { chance: () => 0 });
    scene.fleet.start(['db']);
    await scene.hear('db', 'backoff.began', 2);
    const { failure, needsAttention, forwards: shown } = scene.status('db');
    expect([failure?.class, needsAttention, shown[0]?.isBound]).toEqual([
      'local-port-held',
      true,
      false,
    ]);
    expect(failure?.sentence).toContain(`port ${port} is held`);
    expect(failure?.sentence).toContain(`pid ${process.pid}`);
    expect(failure?.remedy).toContain(`end pid ${process.pid}`);
    expect(scene.state('db')).toBe<TunnelState>('backoff');
    for (const holder of holders) holder.close();
    await scene.reach('db', 'healthy');
    await expectBytes(port);
  });

  test('after ssh has started, at one of its two addresses, ends that ssh', async () => {
    const server = await startServer();
    const port = await findFreePorts(1);
    const stranger = createServer();
    const forwards = [forwardOf('local', `${port}:127.0.0.1:${ECHO_PORT}`)];
    const line = await startLine(server);
    line.freeze();
    const scene = makeFleet([tunnelTo(server, { name: 'db', forwards }, line.port)]);
    scene.fleet.start(['db']);
    // ssh has passed our own look at the port, and has not bound it yet.
    await scene.hear('db', 'start.succeeded');
    stranger.listen(port, '::1');
    if (
      !(await once(stranger, 'listening').then(
        () => true,
        () => false,
      ))
    )
      return;
    line.thaw();
    await scene.hear('db', 'stop.began');
    const { failure } = await scene.reach('db', 'backoff');
    expect(failure).toMatchObject({ class: 'local-port-held' });
    expect(scene.count('db', 'tunnel.proved')).toBe(0);
    stranger.close();
    scene.fleet.start(['db']);
    await scene.reach('db', 'healthy');
  });
});
