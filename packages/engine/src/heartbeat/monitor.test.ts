import { lastValueFrom, toArray } from 'rxjs';
import { afterEach, describe, expect, test } from 'vitest';
import { closedPort, listen, visit, type ListeningServer } from '../testing/loopback.ts';
import { noHeartbeat } from './driver.ts';
import { openMonitor, type Monitor, type MonitorChoice } from './monitor.ts';
import { monitoredCommand } from './monitored-command.ts';

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
  const drawn = await openMonitor({ kind: 'auto' }, SETTINGS);
  drawn.close();
  return drawn.watchedPort()!;
}

function loopForwards(port: number): string[] {
  return ['-L', `${port}:127.0.0.1:${port}`, '-R', `${port}:127.0.0.1:${port + 1}`];
}

describe('a monitor', () => {
  test('of no kind needs no forwards', async () => {
    const none = await open({ kind: 'none' });
    expect([none.driver, none.forwards(), none.watchedPort()]).toEqual([
      noHeartbeat,
      [],
      undefined,
    ]);
  });

  test('with an echo service needs one forward to it', async () => {
    const echo = await open({ kind: 'echo', port: 20000, echoPort: 7 });
    expect(echo.forwards()).toEqual(['-L', '20000:127.0.0.1:7']);
    expect(echo.watchedPort()).toBeUndefined();
  });

  test('with a loop needs one forward there and one back', async () => {
    const port = await freePort();
    const loop = await open({ kind: 'loop', port });
    expect(loop.forwards()).toEqual(loopForwards(port));
    expect(loop.watchedPort()).toBeUndefined();
  });

  test('on ports of our choice needs the same, and watches', async () => {
    const auto = await open({ kind: 'auto' });
    const port = auto.watchedPort()!;
    expect(auto.forwards()).toEqual(loopForwards(port));
  });

  test('that is not on ports of our choice stays as it is when it is renewed', async () => {
    const loop = await open({ kind: 'loop', port: await freePort() });
    const before = loop.forwards();
    await loop.renew();
    expect(loop.forwards()).toEqual(before);
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

  test.each(['loop', 'auto'] as const)('lets its read port go when closed (%s)', async (kind) => {
    const { forwards, close } = await open({ kind, port: await freePort() });
    const port = Number(forwards()[1]!.split(':')[0]);
    close();
    const again = await openMonitor({ kind: 'loop', port }, SETTINGS);
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
    const auto = await open({ kind: 'auto' });
    const port = auto.watchedPort()!;
    servers.push(await listen((socket) => socket.pipe(visit(port + 1)), port));
    expect(await probe(auto)).toEqual([{ type: 'heartbeat.answered' }]);
  });

  test('nobody when there is no kind', async () => {
    expect(await probe(await open({ kind: 'none' }))).toMatchObject([
      { type: 'heartbeat.impossible' },
    ]);
  });
});

describe('a monitor on ports of our choice', () => {
  test('has other ports after each of five refusals, and none after the sixth', async () => {
    const auto = await open({ kind: 'auto' });
    const ports = [auto.watchedPort()!];
    for (let renewals = 1; renewals <= 5; renewals += 1) {
      await auto.renew();
      const port = auto.watchedPort()!;
      expect(auto.forwards()).toEqual(loopForwards(port));
      expect(await probe(auto)).toMatchObject([{ type: 'heartbeat.missed' }]);
      ports.push(port);
    }
    expect(new Set(ports).size).toBe(6);
    await auto.renew();
    expect([auto.watchedPort(), auto.forwards()]).toEqual([undefined, []]);
    expect(await probe(auto)).toEqual([
      { type: 'heartbeat.impossible', reason: 'the far end refused every port' },
    ]);
    expect(() => auto.close()).not.toThrow();
  });

  test('lets the ports of a refused forward go', async () => {
    const auto = await open({ kind: 'auto' });
    const port = auto.watchedPort()!;
    await auto.renew();
    const again = await openMonitor({ kind: 'loop', port }, SETTINGS);
    again.close();
  });
});

describe('a command with a monitor', () => {
  const ssh = (forwards: readonly string[]) => ({ file: 'ssh', args: [...forwards, 'host'] });

  test('gets the forwards as they are at the start', async () => {
    const auto = await open({ kind: 'auto' });
    const port = auto.watchedPort()!;
    const { command, heartbeat } = monitoredCommand(auto, ssh);
    expect(heartbeat).toBe(auto.driver);
    expect(await command()).toEqual({
      file: 'ssh',
      args: [...loopForwards(port), 'host'],
      watchedPort: port,
    });
  });

  test('gets other forwards after a refusal', async () => {
    const auto = await open({ kind: 'auto' });
    const refused = auto.watchedPort()!;
    const { command, onForwardRefused } = monitoredCommand(auto, ssh);
    onForwardRefused();
    const { args, watchedPort } = await command();
    expect(watchedPort).not.toBe(refused);
    expect(args).toEqual([...loopForwards(watchedPort!), 'host']);
  });

  test('with fixed forwards watches nothing', async () => {
    const echo = await open({ kind: 'echo', port: await closedPort(), echoPort: 7 });
    expect(await monitoredCommand(echo, ssh).command()).toMatchObject({ watchedPort: undefined });
  });
});
