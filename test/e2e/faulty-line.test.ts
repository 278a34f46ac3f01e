import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import {
  endScene,
  forwardToEcho,
  PATIENT,
  sshOver,
  startLine,
  startServer,
} from './support/embedded-scene.ts';
import { findFreePorts } from './support/free-ports.ts';
import { converse } from './support/tcp-conversation.ts';

const A_WHILE_MS = 400;

afterEach(endScene);

describe('a faulty line', () => {
  async function forwardOverLine() {
    const server = await startServer();
    const line = await startLine(server);
    const port = await findFreePorts(1);
    const ssh = sshOver(line, server, ...forwardToEcho(port));
    const conversation = await converse(port);
    conversation.write('before');
    await expect.poll(() => conversation.received, PATIENT).toBe('before');
    return { server, line, port, ssh, conversation };
  }

  test('carries ssh and counts its bytes', async () => {
    const { line } = await forwardOverLine();
    expect(line.connections).toBe(1);
    expect(line.bytesToTarget).toBeGreaterThan(0);
    expect(line.bytesFromTarget).toBeGreaterThan(0);
  });

  test('holds everything back while it is frozen', async () => {
    const { server, line, conversation } = await forwardOverLine();
    line.freeze();
    conversation.write(' and after');
    const swallowed = sshOver(line, server, '-N');
    await sleep(A_WHILE_MS);
    expect(conversation.received).toBe('before');
    expect(conversation.isClosed).toBe(false);
    expect(swallowed.stderr).toBe('');
    expect(server.acceptedConnections).toBe(1);
    line.thaw();
    await expect.poll(() => conversation.received, PATIENT).toBe('before and after');
    await expect.poll(() => server.connections, PATIENT).toBe(2);
  });

  test('hides the end of a client while it is frozen', async () => {
    const { server, line, ssh } = await forwardOverLine();
    line.freeze();
    process.kill(ssh.pid, 'SIGKILL');
    await ssh.ended;
    await sleep(A_WHILE_MS);
    expect(server.connections).toBe(1);
    line.thaw();
    await expect.poll(() => server.connections, PATIENT).toBe(0);
  });

  test('breaks both sides when it is cut', async () => {
    const { server, line, ssh } = await forwardOverLine();
    line.cut();
    expect((await ssh.ended).code).toBe(255);
    await expect.poll(() => server.connections, PATIENT).toBe(0);
    await expect.poll(() => line.connections, PATIENT).toBe(0);
  });

  test('refuses and accepts again on the same port', async () => {
    const { server, line, ssh } = await forwardOverLine();
    const again = () => sshOver(line, server, '-N');
    await line.refuse();
    expect((await ssh.ended).code).toBe(255);
    const refused = again();
    expect((await refused.ended).code).toBe(255);
    expect(refused.stderr).toContain('Connection refused');
    await line.accept();
    again();
    await expect.poll(() => server.connections, PATIENT).toBe(1);
  });
});
