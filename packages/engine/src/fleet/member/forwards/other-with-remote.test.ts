import { expect, test } from 'vitest';
import type { ServerEnd } from '../../../phase/server-end.ts';
import { forwardOf } from '../../../testing/tunnel-specs.ts';
import { otherWithRemote, type ComparedTunnel } from './other-with-remote.ts';

const HERE: ServerEnd = { address: '192.168.1.10', port: 22 };
const ELSEWHERE: ServerEnd = { address: '192.168.1.11', port: 22 };

interface Tunnel {
  readonly name: string;
  readonly end?: ServerEnd;
  readonly remote?: string;
  readonly extra?: string;
  readonly config?: string;
  readonly isDown?: boolean;
}

const OWN: Tunnel = { name: 'own', end: HERE, remote: '8080:web:80' };

/** The tunnel that has what `own` was refused, among these. */
function find(others: readonly Tunnel[], own = OWN, text = '8080:web:80') {
  const all = [own, ...others];
  const remote = (written?: string) =>
    written === undefined ? [] : [forwardOf('remote', written)];
  const tunnels = all.map((tunnel, pid): ComparedTunnel => ({
    name: tunnel.name,
    isConnected: () => tunnel.isDown !== true,
    spec: { host: `${tunnel.name}.example` },
    everyForward: () =>
      [tunnel.remote, tunnel.extra, tunnel.config].flatMap((written) => remote(written)),
    pid: () => pid,
  }));
  return otherWithRemote(
    tunnels,
    'own',
    [forwardOf('remote', text).listen],
    (pid) => all[pid]?.end,
  );
}

const remote = '8080:app:80';
const surely = (name: string) => ({ name, host: `${name}.example`, isSameServer: true as const });
const perhaps = (name: string) => ({ name, host: `${name}.example`, isSameServer: undefined });

test.each<[string, readonly Tunnel[], ReturnType<typeof find>]>([
  ['at the same server', [{ name: 'a', end: HERE, remote }], surely('a')],
  ['at another server', [{ name: 'a', end: ELSEWHERE, remote }], undefined],
  ['nobody knows where', [{ name: 'a', remote }], perhaps('a')],
  ['at the same server, but not up', [{ name: 'a', end: HERE, remote, isDown: true }], undefined],
  ['another port', [{ name: 'a', end: HERE, remote: '8081:app:80' }], undefined],
  ['opened by hand', [{ name: 'a', end: HERE, extra: remote }], surely('a')],
  ['asked for by ssh_config', [{ name: 'a', end: HERE, config: remote }], surely('a')],
  [
    'of two the one that is certain',
    [
      { name: 'a', remote },
      { name: 'b', end: ELSEWHERE, remote },
      { name: 'c', end: HERE, remote },
    ],
    surely('c'),
  ],
  ['no other', [], undefined],
])('the tunnel that has the remote port: %s', (_, others, found) => {
  expect(find(others)).toEqual(found);
});

test('of an ssh that has ended, or is behind a proxy, it may be any', () => {
  expect(find([{ name: 'a', end: HERE, remote }], { name: 'own', remote })).toEqual(perhaps('a'));
});

test('a Unix socket is compared by its path', () => {
  const path = '/run/x.sock:web:80';
  const at = (written: string) => find([{ name: 'a', end: HERE, remote: written }], OWN, path);
  expect(at(path)).toEqual(surely('a'));
  expect(at('/run/y.sock:web:80')).toBeUndefined();
  expect(at(remote)).toBeUndefined();
});
