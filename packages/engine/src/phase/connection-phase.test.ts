import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { TcpState } from '../listeners/tcp-table.ts';
import { listen, visit } from '../testing/loopback.ts';
import { skipWithout } from '../testing/missing-part.ts';
import { scratchFolder } from '../testing/scratch-folder.ts';
import { connectionPhase, socketPhase } from './connection-phase.ts';

const OPTIONS = ['-F', 'none', '-o', 'BatchMode=yes', '-o', 'UserKnownHostsFile=/dev/null'];

/** Says nothing, and ends with the ssh that feeds it. */
const PROXY = `ProxyCommand=sh -c 'while read line; do :; done'`;

/** A line that takes every packet and brings none. */
const SILENCE = [
  'set -e',
  'ip link add silent type veth peer name far',
  'ip address add 192.0.2.2/24 dev silent',
  'ip link set silent up',
  'ip link set far up',
  'ip neighbour add 192.0.2.1 lladdr 02:00:00:00:00:01 dev silent',
].join('; ');

/** Machines are busy. */
const PATIENTLY = { timeout: 90_000 };

test.each<[readonly TcpState[], ReturnType<typeof socketPhase>]>([
  [[], undefined],
  [['listening', 'other'], undefined],
  [['syn-sent'], 'connecting'],
  [['established'], 'authenticating'],
  [['listening', 'syn-sent', 'established'], 'authenticating'],
])('sockets that are %j tell %s', (states, phase) => {
  expect(socketPhase(states)).toBe(phase);
});

interface Started {
  readonly pid: number;
  readonly ended: Promise<unknown>;
}

const systemTells = process.platform === 'linux';

describe.skipIf(skipWithout('/proc and ssh', systemTells && hasProgram('ssh')))('ssh is', () => {
  const endings: (() => unknown)[] = [];

  afterEach(async () => {
    for (const end of endings.splice(0).reverse()) await end();
  });

  function start(file: string, args: readonly string[]): Started {
    const child = spawn(file, args, { stdio: 'ignore' });
    const ended = once(child, 'exit');
    endings.push(() => child.kill('SIGKILL') && ended);
    return { pid: child.pid!, ended };
  }

  const ssh = (...args: readonly string[]) => start('ssh', [...OPTIONS, ...args]);

  test('authenticating, once the server has let it in', async () => {
    const silent = await listen(() => undefined);
    endings.push(() => silent.close());
    const { pid } = ssh('-p', String(silent.port), '127.0.0.1');
    await expect.poll(() => connectionPhase(pid, '/nowhere'), PATIENTLY).toBe('authenticating');
  });

  test('connecting, while the server lets nobody in', async () => {
    const port = await fullPort(start, endings);
    const { pid } = ssh('-p', String(port), '127.0.0.1');
    await expect.poll(() => connectionPhase(pid, undefined), PATIENTLY).toBe('connecting');
  });

  test('connecting, through a proxy command', async () => {
    const { pid } = ssh('-o', PROXY, 'host.invalid');
    await expect.poll(() => connectionPhase(pid, undefined), PATIENTLY).toBe('connecting');
  });

  test('forwarding, once it listens at its control socket', async () => {
    const folder = scratchFolder();
    endings.push(() => folder.remove());
    const { pid } = ssh('-o', PROXY, 'host.invalid');
    writeFileSync(folder.file('control'), 'a file is none');
    expect(connectionPhase(pid, folder.file('control'))).not.toBe('forwarding');
    const server = createServer().listen(folder.file('socket'));
    endings.push(() => server.close());
    await once(server, 'listening');
    expect(connectionPhase(pid, folder.file('socket'))).toBe('forwarding');
  });

  test('in no phase once it has ended', async () => {
    const { pid, ended } = ssh('-V');
    await ended;
    expect(connectionPhase(pid, undefined)).toBeNull();
  });

  describe.skipIf(skipWithout('rights for a network namespace', canUnshare()))('elsewhere', () => {
    /** Starts ssh where 192.0.2.1, the only name server too, never answers. */
    function sshInSilence(destination: string): number {
      const folder = scratchFolder();
      endings.push(() => folder.remove());
      writeFileSync(folder.file('resolv.conf'), 'nameserver 192.0.2.1\n');
      const script = `${SILENCE}; mount --bind "$1" /etc/resolv.conf; shift; exec ssh "$@"`;
      const words = ['-c', script, 'sh', folder.file('resolv.conf'), ...OPTIONS, destination];
      return start('unshare', ['--net', '--mount', 'sh', ...words]).pid;
    }

    test.each([
      ['connecting', '192.0.2.1'],
      ['resolving', 'host.example'],
    ])('ssh is %s to %s', async (phase, destination) => {
      const pid = sshInSilence(destination);
      await expect
        .poll(() => [programName(pid), connectionPhase(pid, undefined)], PATIENTLY)
        .toEqual(['ssh', phase]);
    });
  });
});

/** A program that listens and has no more room for those who want in. */
const STOPPED_SERVICE = `require('node:net').createServer().listen({ host: '127.0.0.1', port: 0, backlog: 1 },
  function () { require('node:fs').writeSync(1, String(this.address().port)); process.kill(process.pid, 'SIGSTOP'); })`;

async function fullPort(
  start: (file: string, args: readonly string[]) => unknown,
  endings: (() => unknown)[],
): Promise<number> {
  const child = spawn(process.execPath, ['-e', STOPPED_SERVICE], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  endings.push(() => child.kill('SIGKILL'));
  const port = Number(String(await once(child.stdout, 'data')));
  const guests: Socket[] = Array.from({ length: 4 }, () => visit(port));
  endings.push(() => guests.forEach((guest) => guest.destroy()));
  await Promise.all(guests.slice(0, 2).map((guest) => once(guest, 'connect')));
  return port;
}

function programName(pid: number): string {
  return execFileSync('ps', ['-o', 'comm=', '-p', String(pid)], { encoding: 'utf8' }).trim();
}

function hasProgram(name: string): boolean {
  return (process.env['PATH'] ?? '').split(':').some((folder) => existsSync(`${folder}/${name}`));
}

function canUnshare(): boolean {
  try {
    execFileSync('unshare', ['--net', '--mount', 'sh', '-c', SILENCE], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
