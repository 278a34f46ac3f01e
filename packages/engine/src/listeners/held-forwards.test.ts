import { afterEach, describe, expect, test } from 'vitest';
import { startListener, type Listener as Service } from '../testing/listener.ts';
import { closedPort, listen } from '../testing/loopback.ts';
import { skipWithout } from '../testing/missing-part.ts';
import { forwardOf } from '../testing/tunnel-specs.ts';
import { findHeldForwards, heldPlaces } from './held-forwards.ts';
import { hasIpv6Loopback, type Listener } from './listeners.ts';

describe('of the forward 5432:db:5432', () => {
  const forward = forwardOf('local', '5432:db:5432');
  const at = (address: string, inode: string, port = 5432) => ({ address, port, inode });
  /** The addresses that are held, with `half` if it is not the whole forward; our ssh has the inode `own`. */
  const held = (listeners: readonly Listener[], hasIpv6 = true) =>
    heldPlaces({
      forwards: [forward],
      listeners,
      isOwn: (inode) => inode === 'own',
      hasIpv6,
    }).map(({ address, isHalf }) => `${isHalf ? 'half' : 'whole'} ${address}`);

  test.each([
    ['nothing, if nobody listens', [], []],
    ['nothing, if ssh has both', [at('127.0.0.1', 'own'), at('::1', 'own')], []],
    ['nothing, if ssh has one and nobody the other', [at('127.0.0.1', 'own')], []],
    ['nothing, for a stranger on another port', [at('::1', 'nc', 5433)], []],
    ['nothing, for a stranger at another address', [at('127.0.0.2', 'nc')], []],
    [
      'one half, of which ssh has the other',
      [at('127.0.0.1', 'own'), at('::1', 'nc')],
      ['half ::1'],
    ],
    ['one half, of which nobody has the other', [at('127.0.0.1', 'nc')], ['half 127.0.0.1']],
    ['both', [at('127.0.0.1', 'nc'), at('::1', 'nc')], ['whole 127.0.0.1', 'whole ::1']],
    ['both, by wildcards', [at('0.0.0.0', 'a'), at('::', 'b')], ['whole 127.0.0.1', 'whole ::1']],
    ['only ::1, by the wildcard of IPv6', [at('::', 'nc')], ['half ::1']],
    ['nothing, by a wildcard beside ssh', [at('::', 'nc'), at('::1', 'own')], []],
  ])('%s is held', (_, listeners, expected) => {
    expect(held(listeners)).toEqual(expected);
  });

  test('the half that this machine has is the whole', () => {
    expect(held([at('127.0.0.1', 'nc')], false)).toEqual(['whole 127.0.0.1']);
  });
});

const systemTells = process.platform === 'linux';
const hasIpv6 = systemTells && hasIpv6Loopback();

describe.skipIf(skipWithout('a system that tells who listens', systemTells))(
  'on this machine',
  () => {
    const services: Service[] = [];

    afterEach(() => {
      for (const service of services.splice(0)) service.close();
    });

    async function stranger(host: string, port = 0): Promise<Service> {
      const service = await startListener('nc', { host, port });
      services.push(service);
      return service;
    }

    test('nothing is held if nobody listens', async () => {
      const forwards = [forwardOf('local', `${await closedPort()}:db:5432`)];
      expect(findHeldForwards(forwards, undefined)).toEqual([]);
      expect(findHeldForwards(forwards, process.pid)).toEqual([]);
    });

    test('a place at the only address that is wanted is held as a whole', async () => {
      const { port, pid } = await stranger('127.0.0.1');
      const forward = forwardOf('local', `127.0.0.1:${port}:db:5432`);
      const holder = { pid, program: 'nc' };
      expect(findHeldForwards([forward], undefined)).toEqual([
        { forward, address: '127.0.0.1', port, holderAddress: '127.0.0.1', holder, isHalf: false },
      ]);
    });

    test('a wildcard holds 127.0.0.1, and one address holds the wildcard', async () => {
      const { port } = await stranger('0.0.0.0');
      expect(
        findHeldForwards([forwardOf('local', `127.0.0.1:${port}:db:1`)], undefined),
      ).toHaveLength(1);
      const other = await stranger('127.0.0.1');
      const [held] = findHeldForwards([forwardOf('local', `*:${other.port}:db:1`)], undefined);
      expect(held).toMatchObject({ address: '0.0.0.0', holder: { pid: other.pid } });
    });

    test('what ssh holds itself is not held by another, once it runs', async () => {
      const server = await listen(() => undefined);
      const forwards = [forwardOf('local', `127.0.0.1:${server.port}:db:5432`)];
      expect(findHeldForwards(forwards, process.pid)).toEqual([]);
      expect(findHeldForwards(forwards, undefined)).toMatchObject([
        { holder: { pid: process.pid } },
      ]);
      await server.close();
    });

    test('nothing is said about an ssh that has ended', async () => {
      const { port } = await stranger('127.0.0.1');
      expect(findHeldForwards([forwardOf('local', `127.0.0.1:${port}:db:1`)], 2 ** 30)).toEqual([]);
    });

    describe.skipIf(skipWithout('IPv6 on loopback', hasIpv6))('with both families', () => {
      test.each(['127.0.0.1', '::1', '0.0.0.0', '::'])(
        'a stranger at %s has half',
        async (host) => {
          const { port, pid } = await stranger(host);
          const held = findHeldForwards([forwardOf('local', `${port}:db:5432`)], undefined);
          const address = host.includes(':') ? '::1' : '127.0.0.1';
          expect(held).toMatchObject([
            { address, port, isHalf: true, holderAddress: host, holder: { pid } },
          ]);
        },
      );

      test('two strangers have the whole, each named', async () => {
        const four = await stranger('127.0.0.1');
        const six = await stranger('::1', four.port);
        const held = findHeldForwards([forwardOf('local', `${four.port}:db:5432`)], undefined);
        expect(held.map(({ holder }) => holder?.pid)).toEqual([four.pid, six.pid]);
        expect(held.map(({ isHalf }) => isHalf)).toEqual([false, false]);
      });

      test('a stranger at ::1 is found beside the half that ssh has', async () => {
        const server = await listen(() => undefined);
        const { pid, port } = await stranger('::1', server.port);
        const held = findHeldForwards([forwardOf('local', `${port}:db:5432`)], process.pid);
        expect(held).toMatchObject([{ address: '::1', isHalf: true, holder: { pid } }]);
        await server.close();
      });
    });
  },
);
