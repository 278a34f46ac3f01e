import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { signalAll } from './child-processes.ts';
import { waitForEcho } from './echo-time.ts';
import { findFreePorts } from './free-ports.ts';
import { endAllSsh, type RealSsh, startSsh } from './real-ssh.ts';
import { type RelayedSshd, startRelayedSshd } from './relayed-sshd.ts';
import { ECHO_PORT, sshdAvailable } from './sshd-namespace.ts';

const A_WHILE_MS = 400;
const SILENCE = { tryMs: A_WHILE_MS, giveUpMs: A_WHILE_MS };

const missing = sshdAvailable();
const note = missing === undefined ? '' : ` (${missing})`;

describe.skipIf(missing !== undefined)(`OpenSSH's server behind a relay${note}`, () => {
  let server: RelayedSshd;

  beforeAll(async () => {
    server = await startRelayedSshd({ lines: 2 });
  });

  afterAll(() => server.close());

  afterEach(async () => {
    await endAllSsh();
    for (const line of server.lines) await line.cut();
  });

  async function startForward(line = server.lines[0]!): Promise<{ ssh: RealSsh; port: number }> {
    const port = await findFreePorts(1);
    const forward = ['-N', '-L', `${port}:127.0.0.1:${ECHO_PORT}`];
    const ssh = startSsh([
      ...server.sshd.clientArguments(line.port),
      ...forward,
      server.sshd.destination,
    ]);
    return { ssh, port };
  }

  async function forwardOn(line = server.lines[0]!): Promise<{ ssh: RealSsh; port: number }> {
    const started = await startForward(line);
    expect(await waitForEcho(started.port)).toBeDefined();
    return started;
  }

  test('freezes what is open on one line, and lets new connections and the other line through', async () => {
    const [frozenLine, otherLine] = server.lines;
    const frozen = await forwardOn(frozenLine);
    const other = await forwardOn(otherLine);
    await frozenLine!.freeze();
    expect(await waitForEcho(frozen.port, SILENCE)).toBeUndefined();
    expect(await waitForEcho(other.port)).toBeDefined();
    await forwardOn(frozenLine);
    await frozenLine!.pass();
    expect(await waitForEcho(frozen.port)).toBeDefined();
  });

  test('cuts what is open, and counts who comes back', async () => {
    const [line] = server.lines;
    const { accepted } = await line!.count();
    const { ssh } = await forwardOn(line);
    await line!.cut();
    expect((await ssh.ended).code).toBe(255);
    await forwardOn(line);
    const after = await line!.count();
    expect(after.accepted - accepted).toBe(2);
    expect(after.serverPorts).toHaveLength(1);
    expect(after.bytesUp).toBeGreaterThan(0);
    expect(after.bytesDown).toBeGreaterThan(0);
  });

  test('refuses while the server is away, and leads to it when it is back', async () => {
    const { ssh } = await forwardOn();
    await server.refuse();
    expect((await ssh.ended).code).toBe(255);
    const refused = await startForward();
    await refused.ssh.ended;
    expect(refused.ssh.stderr).toContain('Connection refused');
    await server.acceptAgain();
    await forwardOn();
  });

  test('swallows packets: a connection is neither answered nor refused until they pass again', async () => {
    const { ssh, port } = await forwardOn();
    await server.swallow();
    const socket = connect(server.lines[0]!.port, server.sshd.address);
    const connected = once(socket, 'connect');
    expect(await Promise.race([connected, sleep(A_WHILE_MS, 'silence')])).toBe('silence');
    expect(await waitForEcho(port, SILENCE)).toBeUndefined();
    await server.answerAgain();
    await connected;
    socket.destroy();
    // The server has forgotten the connection, and says so as soon as ssh sends something.
    expect((await ssh.ended).code).toBe(255);
  });

  test('kills the session of one line, and leaves the other', async () => {
    const [first, second] = server.lines;
    const lost = await forwardOn(first);
    const kept = await forwardOn(second);
    signalAll(await server.sessionPids(first!), 'SIGKILL');
    expect((await lost.ssh.ended).code).toBe(255);
    expect(await waitForEcho(kept.port)).toBeDefined();
  });
});
