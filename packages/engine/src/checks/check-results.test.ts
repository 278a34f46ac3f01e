import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import {
  createServer as createHttpServer,
  type RequestListener,
  type Server as HttpServer,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer, type AddressInfo } from 'node:net';
import { firstValueFrom, take, toArray } from 'rxjs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Check, CheckQuestion } from '../fleet/tunnel-spec.ts';
import { closedPort, listen } from '../testing/loopback.ts';
import { skipWithout } from '../testing/missing-part.ts';
import { scratchFolder, type ScratchFolder } from '../testing/scratch-folder.ts';
import { checkResults$ } from './check-results.ts';

let folder: ScratchFolder;
const endings: (() => unknown)[] = [];

beforeEach(() => {
  folder = scratchFolder();
});
afterEach(async () => {
  for (const end of endings.splice(0)) await end();
  folder.remove();
});

function check(question: CheckQuestion, timeoutMs = 4000): Check {
  return { question, everyMs: 1, timeoutMs, restart: false };
}

const ask = (question: CheckQuestion, timeoutMs?: number) =>
  firstValueFrom(checkResults$(check(question, timeoutMs)));

describe('tcp', () => {
  const tcp = (port: number, host = '127.0.0.1'): CheckQuestion => {
    return { kind: 'tcp', address: { kind: 'tcp', host, port } };
  };
  const unix = (path: string): CheckQuestion => ({ kind: 'tcp', address: { kind: 'unix', path } });

  test('passes when the connection stays, each time anew, and leaves no connection', async () => {
    const server = await listen(() => undefined);
    endings.push(() => server.close());
    const answers = checkResults$(check(tcp(server.port))).pipe(take(3), toArray());
    expect(await firstValueFrom(answers)).toEqual([{ ok: true }, { ok: true }, { ok: true }]);
    await expect
      .poll(() => server.sockets.map(({ readableEnded, closed }) => readableEnded || closed))
      .toEqual([true, true, true]);
  });

  test('fails when the connection is accepted and closed at once, as ssh does it for a far port that is closed', async () => {
    const server = await listen((socket) => socket.end());
    endings.push(() => server.close());
    expect(await ask(tcp(server.port))).toEqual({
      ok: false,
      problem: 'the connection was accepted and closed at once',
    });
  });

  test('passes at once when the other side speaks, even if it then hangs up', async () => {
    const server = await listen((socket) => socket.end('hello'));
    endings.push(() => server.close());
    expect(await ask(tcp(server.port))).toEqual({ ok: true });
  });

  test.each(['127.0.0.1', 'localhost'])('fails when %s refuses', async (host) => {
    expect(await ask(tcp(await closedPort(), host))).toEqual({
      ok: false,
      problem: 'Connection refused',
    });
  });

  test('passes at a socket, and fails where there is none', async () => {
    const server = createServer().listen(folder.file('socket'));
    endings.push(() => server.close());
    await once(server, 'listening');
    expect(await ask(unix(folder.file('socket')))).toEqual({ ok: true });
    expect(await ask(unix(folder.file('other')))).toEqual({
      ok: false,
      problem: 'No such file or directory',
    });
  });

  test('fails for an address that is none', async () => {
    expect(await ask(tcp(70_000))).toMatchObject({ ok: false });
  });
});

describe('http', () => {
  async function serve(onRequest: RequestListener): Promise<string> {
    const server = createHttpServer(onRequest);
    return `http://127.0.0.1:${await portOf(server)}/health`;
  }

  async function portOf(server: HttpServer): Promise<number> {
    server.listen(0, '127.0.0.1');
    endings.push(() => (server.closeAllConnections(), server.close()));
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  test.each([
    [200, { ok: true }],
    [204, { ok: true }],
    [302, { ok: true }],
    [400, { ok: false, problem: 'answered with status 400' }],
    [503, { ok: false, problem: 'answered with status 503' }],
  ])('status %d is %j, and is not followed', async (status, result) => {
    const paths: (string | undefined)[] = [];
    const url = await serve(({ url: path }, response) => {
      paths.push(path);
      response.writeHead(status, { location: '/elsewhere' }).end();
    });
    expect(await ask({ kind: 'http', url })).toEqual(result);
    expect(paths).toEqual(['/health']);
  });

  test('does not wait for the end of the body, and hangs up', async () => {
    let closed: Promise<unknown> | undefined;
    const url = await serve((_, response) => {
      closed = once(response, 'close');
      response.writeHead(200).write('a body without an end');
    });
    expect(await ask({ kind: 'http', url })).toEqual({ ok: true });
    await closed;
  });

  test('fails when nothing is answered in time, and hangs up', async () => {
    let closed: Promise<unknown> | undefined;
    const url = await serve((request) => {
      closed = once(request.socket, 'close');
    });
    const result = await ask({ kind: 'http', url }, 200);
    expect(result).toEqual({ ok: false, problem: 'no answer within 200 ms' });
    await closed;
  });

  test('fails when refused, and when what answers speaks no HTTP', async () => {
    const url = `http://127.0.0.1:${await closedPort()}/`;
    expect(await ask({ kind: 'http', url })).toEqual({ ok: false, problem: 'Connection refused' });
    const server = await listen((socket) => socket.end('SSH-2.0-\u001b[2J\r\n'));
    endings.push(() => server.close());
    const result = await ask({ kind: 'http', url: `http://127.0.0.1:${server.port}` });
    expect(result).toMatchObject({
      ok: false,
      problem: expect.stringMatching(/^Parse Error\P{C}*$/u),
    });
  });

  test.each(['ftp://127.0.0.1/', 'nowhere'])('fails for %s', async (url) => {
    expect(await ask({ kind: 'http', url })).toMatchObject({ ok: false });
  });

  const openssl = '/usr/bin/openssl';
  test.skipIf(skipWithout(openssl, existsSync(openssl)))(
    'fails when nobody vouches for the certificate, whatever the environment says',
    async () => {
      const [key, cert] = [folder.file('key'), folder.file('cert')];
      const words = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=127.0.0.1 -keyout ${key} -out ${cert}`;
      execFileSync(openssl, words.split(' '), { stdio: 'ignore' });
      const pair = { key: readFileSync(key), cert: readFileSync(cert) };
      const port = await portOf(createHttpsServer(pair, (_, response) => response.end()));
      process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
      endings.push(() => delete process.env['NODE_TLS_REJECT_UNAUTHORIZED']);
      const result = await ask({ kind: 'http', url: `https://127.0.0.1:${port}/` });
      expect(result).toEqual({ ok: false, problem: 'self-signed certificate' });
    },
  );
});

describe('command', () => {
  const sh = (script: string, ...args: string[]): CheckQuestion => {
    return { kind: 'command', command: [folder.program('program', script), ...args] };
  };

  test.each([
    ['exit 0', { ok: true }],
    ['echo bad >&2; exit 0', { ok: true }],
    ['exit 3', { ok: false, problem: 'exit status 3' }],
    ['echo one >&2; echo " two" >&2; exit 3', { ok: false, problem: 'exit status 3: two' }],
    [
      'printf "\\033[2Jred\\n\\n" >&2; exit 1',
      { ok: false, problem: 'exit status 1: \uFFFD[2Jred' },
    ],
    ['kill -9 $$', { ok: false, problem: 'ended by SIGKILL' }],
    ['read line && exit 1; exit 0', { ok: true }],
    ['[ "$1" = "\\$HOME; exit 1" ]', { ok: true }],
  ])('%s is %j', async (script, result) => {
    expect(await ask(sh(script, '$HOME; exit 1'))).toEqual(result);
  });

  test('however much it says, the problem is short', async () => {
    const result = await ask(sh('head -c 100000 /dev/zero | tr "\\0" x >&2; exit 1'));
    expect(result).toMatchObject({ problem: expect.stringMatching(/^exit status 1: x{185}$/) });
  });

  test('what it leaves running does not hold up the answer', async () => {
    expect(await ask(sh(`sleep 60 & echo $! > ${folder.file('pid')}; exit 4`))).toEqual({
      ok: false,
      problem: 'exit status 4',
    });
    process.kill(Number(readFileSync(folder.file('pid'), 'utf8')), 'SIGKILL');
  });

  test('fails where there is no such program', async () => {
    const question: CheckQuestion = { kind: 'command', command: [folder.file('nothing')] };
    const problem = `${folder.file('nothing')}: No such file or directory`;
    expect(await ask(question)).toEqual({ ok: false, problem });
  });

  test.each([
    ['hears TERM', 'exec sleep 60'],
    ['has a child', 'sleep 60; :'],
    ['is deaf', 'trap "" TERM; while :; do sleep 1; done'],
  ])('one that %s is ended when it is given up, with what it started', async (_, script) => {
    const ready = folder.file('ready');
    const question = sh(`echo $$ > ${ready}.new; mv ${ready}.new ${ready}; ${script}`);
    const subscription = checkResults$(check(question)).subscribe();
    await expect.poll(() => existsSync(ready), PATIENTLY).toBe(true);
    subscription.unsubscribe();
    const group = Number(readFileSync(ready, 'utf8'));
    await expect.poll(() => groupRuns(group), PATIENTLY).toBe(false);
  });

  test('one that takes too long has failed', async () => {
    const problem = 'no answer within 50 ms';
    expect(await ask(sh('exec sleep 60'), 50)).toEqual({ ok: false, problem });
  });
});

/** Machines are busy. */
const PATIENTLY = { timeout: 90_000 };

/** Whether any of a group of processes still runs. */
function groupRuns(leader: number): boolean {
  const processes = execFileSync('ps', ['-e', '-o', 'pgid=,stat='], { encoding: 'utf8' });
  return new RegExp(`^ *${leader} +[^Z]`, 'm').test(processes);
}
