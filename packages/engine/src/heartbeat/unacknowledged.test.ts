import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { hasUnacknowledged } from './unacknowledged.ts';

const PATIENT = { timeout: 90_000, interval: 20 };

describe.skipIf(!existsSync('/proc/self/net/tcp'))('needs /proc/self/net/tcp', () => {
  test('bytes that the far end does not take are unacknowledged, until it takes them', async () => {
    const server = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
    const [far] = await accepted;
    expect(hasUnacknowledged(process.pid)).toBe(false);
    client.write(Buffer.alloc(32 * 1024 * 1024));
    await expect.poll(() => hasUnacknowledged(process.pid), PATIENT).toBe(true);
    far.resume();
    await expect.poll(() => hasUnacknowledged(process.pid), PATIENT).toBe(false);
    client.destroy();
    far.destroy();
    server.close();
  });

  test('nobody can tell of an ssh that is not known', () => {
    expect(hasUnacknowledged(undefined)).toBe(false);
  });
});
