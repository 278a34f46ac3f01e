import { afterEach, describe, expect, test } from 'vitest';
import {
  endScene,
  forwardToEcho,
  PATIENT,
  sshTo,
  startReadPort,
  startServer,
} from './support/embedded-scene.ts';
import { findFreePorts } from './support/free-ports.ts';
import { startSsh } from './support/real-ssh.ts';
import { converse } from './support/tcp-conversation.ts';

afterEach(endScene);

describe('the embedded server', () => {
  test('lets in its own key and counts the client', async () => {
    const server = await startServer();
    sshTo(server, '-N');
    await expect.poll(() => server.connections, PATIENT).toBe(1);
    expect(server.acceptedConnections).toBe(1);
  });

  test('refuses another key', async () => {
    const server = await startServer();
    const other = await startServer();
    const anyHost = ['-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null'];
    const otherKey = other.clientArguments(server.port);
    const ssh = startSsh([...anyHost, ...otherKey, '-N', server.destination]);
    expect((await ssh.ended).code).toBe(255);
    expect(ssh.stderr).toContain('Permission denied (publickey)');
    expect(server.connections).toBe(0);
  });

  test('carries bytes of -L to a virtual service and back', async () => {
    const server = await startServer();
    const port = await findFreePorts(1);
    sshTo(server, ...forwardToEcho(port));
    const conversation = await converse(port);
    const sent = 'over and back\n'.repeat(50_000);
    conversation.write(sent);
    await expect.poll(() => conversation.received.length, PATIENT).toBe(sent.length);
    expect(conversation.received).toBe(sent);
    conversation.end();
    await expect.poll(() => conversation.isClosed, PATIENT).toBe(true);
  });

  test('refuses -L to a virtual port where nobody listens', async () => {
    const server = await startServer();
    const port = await findFreePorts(1);
    const ssh = sshTo(server, '-N', '-L', `${port}:127.0.0.1:9`);
    const conversation = await converse(port);
    await expect.poll(() => conversation.isClosed, PATIENT).toBe(true);
    expect(ssh.stderr).toContain('open failed: connect failed');
  });

  test('carries a line round the loop of autossh', async () => {
    const server = await startServer();
    const port = await findFreePorts(2);
    const readPort = await startReadPort(port + 1);
    const back = `${port}:127.0.0.1:${port + 1}`;
    sshTo(server, '-N', '-L', `${port}:127.0.0.1:${port}`, '-R', back);
    await expect.poll(() => server.remoteForwards, PATIENT).toEqual([port]);
    const conversation = await converse(port);
    conversation.write('around\r\n');
    await expect.poll(() => readPort.received, PATIENT).toBe('around\r\n');
  });

  test('answers a client that has ended its own direction of a loop', async () => {
    const server = await startServer();
    const [outward, inner] = [await findFreePorts(1), await findFreePorts(1)];
    const echo = await startServer();
    sshTo(echo, ...forwardToEcho(inner));
    await converse(inner);
    sshTo(server, '-N', '-L', `${outward}:localhost:81`, '-R', `81:127.0.0.1:${inner}`);
    await expect.poll(() => server.remoteForwards, PATIENT).toEqual([81]);
    const conversation = await converse(outward);
    conversation.write('last words');
    conversation.end();
    await expect.poll(() => conversation.isClosed, PATIENT).toBe(true);
    expect(conversation.received).toBe('last words');
  });

  test('connects a program at its end to -R, also when it chose the port', async () => {
    const server = await startServer();
    const port = await findFreePorts(1);
    const readPort = await startReadPort(port);
    const ssh = sshTo(server, '-N', '-R', `0:127.0.0.1:${port}`);
    await expect.poll(() => server.remoteForwards.length, PATIENT).toBe(1);
    const [chosen = 0] = server.remoteForwards;
    await expect.poll(() => ssh.stderr, PATIENT).toContain(`Allocated port ${chosen}`);
    const stream = await server.connect(chosen);
    stream.write('from the far end');
    await expect.poll(() => readPort.received, PATIENT).toBe('from the far end');
  });

  test('refuses -R to a virtual port that is taken, and grants it once it is free', async () => {
    const server = await startServer({ heldPorts: [8080] });
    const first = sshTo(server, '-N', '-R', '8080:127.0.0.1:9');
    const warning = 'Warning: remote port forwarding failed for listen port 8080';
    await expect.poll(() => first.stderr, PATIENT).toContain(warning);
    server.release(8080);
    sshTo(server, '-N', '-R', '8080:127.0.0.1:9');
    await expect.poll(() => server.remoteForwards, PATIENT).toEqual([8080]);
    const third = sshTo(server, '-N', '-o', 'ExitOnForwardFailure=yes', '-R', '8080:127.0.0.1:9');
    expect((await third.ended).code).toBe(255);
    server.dropConnections();
    await expect.poll(() => server.remoteForwards, PATIENT).toEqual([]);
  });

  test('refuses every forward when forwarding is forbidden', async () => {
    const server = await startServer({ allowForwarding: false });
    const port = await findFreePorts(1);
    const ssh = sshTo(server, ...forwardToEcho(port), '-R', '8080:127.0.0.1:9');
    await expect.poll(() => ssh.stderr, PATIENT).toContain('failed for listen port 8080');
    const conversation = await converse(port);
    await expect.poll(() => conversation.isClosed, PATIENT).toBe(true);
    expect(ssh.stderr).toContain('administratively prohibited');
  });

  test('drops its clients and serves the next ones', async () => {
    const server = await startServer();
    const ssh = sshTo(server, '-N');
    await expect.poll(() => server.connections, PATIENT).toBe(1);
    server.dropConnections();
    expect((await ssh.ended).code).toBe(255);
    sshTo(server, '-N');
    await expect.poll(() => server.acceptedConnections, PATIENT).toBe(2);
    await expect.poll(() => server.connections, PATIENT).toBe(1);
  });

  test('is out of reach between stop and start, and the same afterwards', async () => {
    const server = await startServer();
    const before = sshTo(server, '-N');
    await expect.poll(() => server.connections, PATIENT).toBe(1);
    await server.stop();
    expect((await before.ended).code).toBe(255);
    const during = sshTo(server, '-N');
    expect((await during.ended).code).toBe(255);
    expect(during.stderr).toContain('Connection refused');
    await server.start();
    sshTo(server, '-N');
    await expect.poll(() => server.connections, PATIENT).toBe(1);
  });
});
