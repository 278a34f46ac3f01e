import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { startListener, type Listener as Service } from '../testing/listener.ts';
import { closedPort } from '../testing/loopback.ts';
import { skipWithout } from '../testing/missing-part.ts';
import { forwardOf } from '../testing/tunnel-specs.ts';
import { isStillThere, seeForwards, type SightSettings } from './forward-sights.ts';
import { hasIpv6Loopback } from './listeners.ts';

const systemTells = process.platform === 'linux';
const hasIpv6 = systemTells && hasIpv6Loopback();

/** This process stands in for ssh. */
function see(texts: readonly string[], more: Partial<SightSettings> = {}) {
  const forwards = texts.map((text) => forwardOf(text.includes(':db:') ? 'local' : 'socks', text));
  const env = process.env;
  const settings = {
    pid: process.pid,
    family: 'any',
    controlPath: undefined,
    env,
    ...more,
  } as const;
  return seeForwards(forwards, settings);
}

function states(texts: readonly string[], more: Partial<SightSettings> = {}) {
  return see(texts, more).map(({ state }) => state);
}

describe.skipIf(skipWithout('a system that tells who listens', systemTells))('a forward', () => {
  const servers: Server[] = [];
  const services: Service[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-sights-'));

  afterEach(async () => {
    for (const service of services.splice(0)) service.close();
    for (const server of servers.splice(0)) await closed(server);
    rmSync(folder, { recursive: true, force: true });
  });

  async function closed(server: Server): Promise<void> {
    if (!server.listening) return;
    server.close();
    await once(server, 'close');
  }

  async function listen(...where: readonly unknown[]): Promise<Server> {
    const server = createServer();
    servers.push(server);
    server.listen(...(where as [number, string]));
    await once(server, 'listening');
    return server;
  }

  test('is there when ssh itself listens for it, and each is judged for itself', async () => {
    const [one, other] = [await closedPort(), await closedPort()];
    await listen(one, '127.0.0.1');
    expect(
      states([`127.0.0.1:${one}:db:1`, `127.0.0.1:${other}:db:1`, `127.0.0.1:${one}`]),
    ).toEqual(['there', 'missing', 'there']);
  });

  test('of a name that only a resolver knows is there when ssh listens at its port', async () => {
    const [one, other] = [await closedPort(), await closedPort()];
    await listen(one, '127.0.0.1');
    expect(states([`my.name:${one}:db:1`, `my.name:${other}:db:1`])).toEqual(['there', 'missing']);
  });

  test('is whole at any address, such as with GatewayPorts', async () => {
    const port = await closedPort();
    await listen({ port, host: '0.0.0.0' });
    if (hasIpv6) await listen({ port, host: '::', ipv6Only: true });
    expect(states([`${port}:db:1`])).toEqual(['there']);
  });

  test.skipIf(!hasIpv6)(
    'of which ssh has one half is half, unless it may not use the other',
    async () => {
      const port = await closedPort();
      await listen(port, '127.0.0.1');
      expect(states([`${port}:db:1`])).toEqual(['half']);
      expect(states([`${port}:db:1`], { family: 'inet' })).toEqual(['there']);
    },
  );

  test('that another program holds names it; a child of ssh is none', async () => {
    const service = await startListener('nc', { host: '127.0.0.1', port: 0 });
    services.push(service);
    // The stranger is a child of this process, which is ssh here only in name.
    expect(states([`127.0.0.1:${service.port}:db:1`])).toEqual(['there']);
    const [sight] = see([`127.0.0.1:${service.port}:db:1`], { pid: process.ppid });
    // The parent of this process may be another user's, or have ended.
    expect(['there', 'held', 'untold']).toContain(sight?.state);
  });

  test('of an ssh that has ended is not told', () => {
    expect(states(['127.0.0.1:9:db:1'], { pid: 2 ** 30 })).toEqual(['untold']);
  });

  test('is seen again by its sockets, until they are closed', async () => {
    const port = await closedPort();
    const server = await listen(port, '127.0.0.1');
    const [sight] = see([`127.0.0.1:${port}:db:1`]);
    const sockets = sight?.state === 'there' ? sight.sockets : [];
    expect(sockets.map(isStillThere)).toEqual([true]);
    await closed(server);
    expect(sockets.map(isStillThere)).toEqual([false]);
  });

  test('at a Unix socket is there while ssh listens and the file is the same', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'holdfast-sights-')), 'a.sock');
    expect(states([`${path}:db:1`])).toEqual(['missing']);
    const server = await listen(path);
    const [sight] = see([`${path}:db:1`]);
    const sockets = sight?.state === 'there' ? sight.sockets : [];
    expect(sockets.map(isStillThere)).toEqual([true]);
    rmSync(path);
    expect(sockets.map(isStillThere)).toEqual([false]);
    expect(states([`${path}:db:1`])).toEqual(['missing']);
    await closed(server);
  });

  test('at a path that only ssh can fill in is there when ssh listens at any but its control socket', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'holdfast-sights-')), 'control');
    await listen(`${path}.tmp`);
    const forward = '/run/%r.sock:db:1';
    expect(states([forward], { controlPath: path })).toEqual(['missing']);
    expect(states([forward], { controlPath: '/run/control' })).toEqual(['there']);
  });
});
