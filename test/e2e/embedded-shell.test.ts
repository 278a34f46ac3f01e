import { afterEach, describe, expect, test } from 'vitest';
import { endScene, PATIENT, sshTo, startServer } from './support/embedded-scene.ts';
import { startSsh } from './support/real-ssh.ts';

afterEach(endScene);

describe('the scripted shell of the embedded server', () => {
  test('passes on the exit status of a command', async () => {
    const server = await startServer();
    const ssh = startSsh([...server.clientArguments(), server.destination, 'exit 42']);
    expect(await ssh.ended).toEqual({ code: 42, signal: null });
  });

  test('runs echo and cat', async () => {
    const server = await startServer();
    const echo = startSsh([...server.clientArguments(), server.destination, 'echo', 'one two']);
    expect((await echo.ended).code).toBe(0);
    expect(echo.stdout).toBe('one two\n');
    const cat = startSsh([...server.clientArguments(), server.destination, 'cat']);
    cat.write('some bytes');
    cat.endInput();
    expect((await cat.ended).code).toBe(0);
    expect(cat.stdout).toBe('some bytes');
  });

  test('reads commands from a pipe without echo', async () => {
    const server = await startServer();
    const ssh = sshTo(server, '-T');
    ssh.write('echo first\nsleep 0.01\necho second\nexit 3\n');
    expect((await ssh.ended).code).toBe(3);
    expect(ssh.stdout).toBe('first\nsecond\n');
  });

  test('echoes on a terminal and is interrupted by Ctrl-C', async () => {
    const server = await startServer();
    const ssh = sshTo(server, '-tt');
    ssh.write('sleep 3600\r');
    await expect.poll(() => ssh.stdout, PATIENT).toContain('$ sleep 3600\r\n');
    ssh.write('\u0003');
    await expect.poll(() => ssh.stdout, PATIENT).toContain('interrupted\r\n$ ');
    ssh.write('size\r');
    await expect.poll(() => ssh.stdout, PATIENT).toContain('size\r\n0 0\r\n');
    ssh.write('exit 5\r');
    expect((await ssh.ended).code).toBe(5);
  });
});
