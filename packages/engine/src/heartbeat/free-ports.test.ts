import { afterEach, expect, test, vi } from 'vitest';
import { listen, type ListeningServer } from '../testing/loopback.ts';
import { openFreeMonitorPort, type ReadPort } from './read-port.ts';

let readPort: ReadPort | undefined;
let holder: ListeningServer | undefined;

afterEach(async () => {
  readPort?.close();
  await holder?.close();
  readPort = holder = undefined;
});

/** Draws these monitor ports one after the other, and then the last one for ever. */
function drawing(...ports: readonly number[]) {
  const chances = ports.map((port) => (port + 0.5 - 20_000) / 11_998);
  return vi.fn(() => (chances.length > 1 ? chances.shift()! : chances[0]!));
}

/** Two neighbours that are free, and two more. */
async function freePorts(): Promise<[number, number]> {
  const one = await openFreeMonitorPort();
  const other = await openFreeMonitorPort();
  one.close();
  other.close();
  return [one.port - 1, other.port - 1];
}

test.each([0, 0.5, 0.999_999])('chance %d draws a port of the range', async (chance) => {
  const draws: number[] = [chance];
  readPort = await openFreeMonitorPort(() => draws.shift() ?? Math.random());
  expect(readPort.port).toBeGreaterThanOrEqual(20_001);
  expect(readPort.port).toBeLessThanOrEqual(31_998);
});

test('the read port is the one above the monitor port', async () => {
  const [port] = await freePorts();
  readPort = await openFreeMonitorPort(drawing(port));
  expect(readPort.port).toBe(port + 1);
});

test.each([0, 1])('another pair is drawn when port +%i is taken', async (offset) => {
  const [taken, free] = await freePorts();
  holder = await listen(() => undefined, taken + offset);
  const draw = drawing(taken, taken, free);
  readPort = await openFreeMonitorPort(draw);
  expect([readPort.port, draw.mock.calls.length]).toEqual([free + 1, 3]);
});

test('it gives up when every pair that is drawn is taken', async () => {
  const [taken] = await freePorts();
  holder = await listen(() => undefined, taken);
  await expect(openFreeMonitorPort(drawing(taken))).rejects.toThrow(
    'no free pair of ports found from 20000 to 31998',
  );
});
