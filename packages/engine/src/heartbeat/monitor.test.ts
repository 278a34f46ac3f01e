import { lastValueFrom, toArray } from 'rxjs';
import { afterEach, describe, expect, test } from 'vitest';
import { listen, visit, type ListeningServer } from '../testing/loopback.ts';
import { noHeartbeat } from './driver.ts';
import type { Forward } from '../forward/forward.ts';
import { forwardOf } from '../testing/tunnel-specs.ts';
import { openMonitor, type Monitor, type MonitorChoice } from './monitor.ts';

const MESSAGE = Buffer.from('here autossh 1 2\r\n');
const SETTINGS = { message: () => MESSAGE, timeoutMs: 5000 };

let monitor: Monitor | undefined;
let servers: ListeningServer[] = [];

afterEach(async () => {
  monitor?.close();
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function open(choice: MonitorChoice): Promise<Monitor> {
  return (monitor = await openMonitor(choice, SETTINGS));
}

function probe({ driver }: Monitor) {
  return lastValueFrom(driver.probe({ pid: undefined }).pipe(toArray()));
}

/** A monitor port whose neighbour is free. */
async function freePort(): Promise<number> {
  const drawn = await openMonitor({ kind: 'loop', port: 'free' }, SETTINGS);
  drawn.close();
  return portOf(drawn);
}

/** The monitor port of a loop. */
function portOf({ forwards }: Monitor): number {
  return Number(forwards[0]!.text.split(':')[0]);
}

function loopForwards(port: number): readonly Forward[] {
  return [
    forwardOf('local', `${port}:127.0.0.1:${port}`),
    forwardOf('remote', `${port}:127.0.0.1:${port + 1}`),
  ];
}

describe('a monitor', () => {
  test('of no kind needs no forwards', async () => {
    const none = await open({ kind: 'none' });
    expect([none.driver, none.forwards]).toEqual([noHeartbeat, []]);
  });

  test('with an echo service needs one forward to it', async () => {
    const echo = await open({ kind: 'echo', port: 20000, echoPort: 7 });
    expect(echo.forwards).toEqual([forwardOf('local', '20000:127.0.0.1:7')]);
  });

  test('with a loop needs one forward there and one back', async () => {
    const port = await freePort();
    const loop = await open({ kind: 'loop', port });
    expect(loop.forwards).toEqual(loopForwards(port));
  });

  test('on free ports needs the same', async () => {
    const loop = await open({ kind: 'loop', port: 'free' });
    expect(loop.forwards).toEqual(loopForwards(portOf(loop)));
  });

  test('with a loop is not opened when the read port is taken', async () => {
    const holder = await listen(() => undefined);
    servers.push(holder);
    const opening = openMonitor({ kind: 'loop', port: holder.port - 1 }, SETTINGS);
    await expect(opening).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  test('with an echo service opens no port (HB-2)', async () => {
    const holder = await listen(() => undefined);
    servers.push(holder);
    await expect(open({ kind: 'echo', port: holder.port - 1, echoPort: 7 })).resolves.toBeDefined();
  });

  test('lets its read port go when closed', async () => {
    const loop = await open({ kind: 'loop', port: 'free' });
    loop.close();
    const again = await openMonitor({ kind: 'loop', port: portOf(loop) }, SETTINGS);
    again.close();
  });
});

describe('a monitor asks', () => {
  test('an echo service on the port', async () => {
    const service = await listen((socket) => socket.pipe(socket));
    servers.push(service);
    const echo = await open({ kind: 'echo', port: service.port, echoPort: 7 });
    expect(await probe(echo)).toEqual([{ type: 'heartbeat.answered' }]);
  });

  test('over the port and the one above', async () => {
    const loop = await open({ kind: 'loop', port: 'free' });
    const port = portOf(loop);
    servers.push(await listen((socket) => socket.pipe(visit(port + 1)), port));
    expect(await probe(loop)).toEqual([{ type: 'heartbeat.answered' }]);
  });

  test('nobody when there is no kind', async () => {
    expect(await probe(await open({ kind: 'none' }))).toMatchObject([
      { type: 'heartbeat.impossible' },
    ]);
  });
});
