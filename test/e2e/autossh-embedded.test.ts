import type { EmbeddedServer, FaultyLine } from '@holdfast/demo';
import { afterEach, describe, expect, test } from 'vitest';
import { endRuns, type Settings, startAutossh, type StartedRun } from './support/autossh.ts';
import { expectBytes } from './support/echo-bytes.ts';
import {
  endScene,
  forwardToEcho,
  PATIENT,
  startLine,
  startServer,
} from './support/embedded-scene.ts';
import { findFreePorts } from './support/free-ports.ts';
import { leaveDescriptors, noLimits } from './support/descriptor-limit.ts';
import { createRunFolder } from './support/run-folder.ts';

afterEach(async () => {
  await endRuns();
  await endScene();
});

/** Looks often enough for a test, and leaves a busy machine 1.5 s for each answer. */
const WATCHFUL: Settings = { AUTOSSH_POLL: '3', AUTOSSH_FIRST_POLL: '2' };

interface Scene {
  readonly server: EmbeddedServer;
  readonly line: FaultyLine;
  /** ssh's arguments over the line, with the destination. */
  sshWords(...options: readonly string[]): string[];
}

async function setScene(options: Parameters<typeof startServer>[0] = {}): Promise<Scene> {
  const server = await startServer(options);
  const line = await startLine(server);
  return {
    server,
    line,
    sshWords: (...words) => [...server.clientArguments(line.port), ...words, server.destination],
  };
}

/** Starts autossh with a forward to the echo service of the server. */
async function startTunnel(scene: Scene, ownWords: readonly string[], settings: Settings = {}) {
  const port = await findFreePorts(1);
  const run = startAutossh([...ownWords, ...scene.sshWords(...forwardToEcho(port))], settings);
  return { run, port };
}

async function expectStarts(run: StartedRun, least: number) {
  await expect.poll(() => run.starts, PATIENT).toBeGreaterThanOrEqual(least);
}

async function loopWords() {
  return ['-M', String(await findFreePorts(2))];
}

describe('autossh and the embedded server', () => {
  test('carries bytes, and ends with its ssh at SIGTERM', async () => {
    const { run, port } = await startTunnel(await setScene(), ['-M', '0']);
    await expectBytes(port);
    run.signal('SIGTERM');
    expect(await run.ended).toBe(1);
    expect(run.folder.processes()).toEqual([]);
  });

  test('carries bytes again after the connection was dropped', async () => {
    const scene = await setScene();
    const { run, port } = await startTunnel(scene, ['-M', '0']);
    await expectBytes(port);
    scene.line.cut();
    await expectStarts(run, 2);
    await expectBytes(port);
    expect(run.log).toContain('ssh exited with error status 255; restarting ssh');
  });

  test('finds a silent freeze by the loop, and carries bytes again', async () => {
    const scene = await setScene();
    const { run, port } = await startTunnel(scene, await loopWords(), WATCHFUL);
    await expectBytes(port);
    await expect.poll(() => run.count('connection ok'), PATIENT).toBeGreaterThanOrEqual(1);
    scene.line.freeze();
    await expectStarts(run, 2);
    expect(run.log).toContain('port down, restarting ssh');
    scene.line.thaw();
    await expectBytes(port);
  });

  test('finds a silent freeze by the echo, and carries bytes again', async () => {
    const scene = await setScene();
    const words = ['-M', `${await findFreePorts(1)}:7`];
    const { run, port } = await startTunnel(scene, words, WATCHFUL);
    await expectBytes(port);
    await expect.poll(() => run.count('connection ok'), PATIENT).toBeGreaterThanOrEqual(1);
    scene.line.freeze();
    await expectStarts(run, 2);
    expect(run.log).toContain('tried connection 2 times and failed');
    scene.line.thaw();
    await expectBytes(port);
  });

  test('carries bytes again after an outage of the server', async () => {
    const scene = await setScene();
    // Grace times of up to 3 s.
    const { run, port } = await startTunnel(scene, ['-M', '0'], { AUTOSSH_POLL: '3' });
    await expectBytes(port);
    await scene.server.stop();
    await expectStarts(run, 4);
    await scene.server.start();
    await expectBytes(port);
  });

  test('keeps one ssh over several heartbeats of loop and echo', async () => {
    const scene = await setScene();
    const echoWords = ['-M', `${await findFreePorts(1)}:7`];
    const tunnels = [
      await startTunnel(scene, await loopWords(), WATCHFUL),
      await startTunnel(scene, echoWords, WATCHFUL),
    ];
    for (const { run } of tunnels) {
      await expect.poll(() => run.count('connection ok'), PATIENT).toBeGreaterThanOrEqual(3);
      expect(run.starts, run.log).toBe(1);
    }
  });

  test('hears the echo hang up', async () => {
    const scene = await setScene({ services: { 7: (stream) => void stream.end() } });
    const words = async () => ['-M', `${await findFreePorts(1)}:7`, ...scene.sshWords('-N')];
    const [run, strict] = [
      startAutossh(await words(), WATCHFUL),
      startAutossh(await words(), { ...WATCHFUL, AUTOSSH_RULES: '1.4' }),
    ];
    await expectStarts(strict, 2);
    expect(strict.log).toContain('the echo service hung up');
    await expect.poll(() => run.log, PATIENT).toContain('no heartbeat: the echo service hung up');
    expect(run.starts, run.log).toBe(1);
  });
});

describe('a probe over a port', () => {
  test('that comes before ssh has logged in costs neither ssh nor its heartbeat', async () => {
    const scene = await setScene();
    const folder = createRunFolder();
    const AUTOSSH_PATH = folder.writeScript('ssh', 'sleep 6; exec ssh "$@"');
    const settings = { ...WATCHFUL, AUTOSSH_PATH };
    for (const words of [await loopWords(), ['-M', `${await findFreePorts(1)}:7`]]) {
      const run = startAutossh([...words, ...scene.sshWords('-N')], settings, folder);
      await expect.poll(() => run.log, PATIENT).toContain('ssh has not logged in yet');
      await expect.poll(() => run.count('connection ok'), PATIENT).toBeGreaterThanOrEqual(2);
      expect(run.starts, run.log).toBe(1);
      run.signal('SIGTERM');
      await run.ended;
      folder.writeScript('log');
    }
  });

  // With one descriptor the message is sent, and nobody can come back with it.
  test.skipIf(noLimits).each([
    ['loop', 0],
    ['loop', 1],
    ['echo', 0],
  ])('for which no descriptor is left (%s, %i) proves nothing', async (kind, more) => {
    const scene = await setScene();
    const words = async () => [
      ...(kind === 'loop' ? await loopWords() : ['-M', `${await findFreePorts(1)}:7`]),
      ...scene.sshWords('-N'),
    ];
    const run = startAutossh(await words(), WATCHFUL);
    const strict = startAutossh(await words(), { ...WATCHFUL, AUTOSSH_RULES: '1.4' });
    for (const one of [run, strict])
      await expect.poll(() => one.count('connection ok'), PATIENT).toBeGreaterThanOrEqual(1);
    for (const one of [run, strict]) await leaveDescriptors(one.pid, more);
    await expect.poll(() => run.log, PATIENT).toContain('ssh is kept: ');
    await expect.poll(() => strict.log, PATIENT).toContain('port down, restarting ssh');
    await leaveDescriptors(run.pid, Infinity);
    await expect.poll(() => run.log, PATIENT).toContain('the connection can be tested again');
    expect(run.starts, run.log).toBe(1);
  });
});

describe('autossh without a monitor port', () => {
  test('keeps one ssh over several heartbeats, with -M auto and without any -M', async () => {
    const scene = await setScene();
    const tunnels = [
      await startTunnel(scene, ['-M', 'auto'], WATCHFUL),
      await startTunnel(scene, [], WATCHFUL),
    ];
    for (const { run, port } of tunnels) {
      await expectBytes(port);
      await expect.poll(() => run.count('connection ok'), PATIENT).toBeGreaterThanOrEqual(2);
      expect(run.starts, run.log).toBe(1);
    }
  });

  test('takes a refusal for an answer', async () => {
    const scene = await setScene({ allowForwarding: false });
    const run = startAutossh(scene.sshWords('-N'), WATCHFUL);
    await expect.poll(() => run.count('connection ok'), PATIENT).toBeGreaterThanOrEqual(2);
    expect(run.starts, run.log).toBe(1);
    expect(run.stderr).toBe('');
    run.signal('SIGTERM');
    expect(await run.ended).toBe(1);
    expect(run.log).toContain('received signal to exit');
  });

  test('finds a silent freeze, and carries bytes again', async () => {
    const scene = await setScene();
    const { run, port } = await startTunnel(scene, [], WATCHFUL);
    await expectBytes(port);
    await expect.poll(() => run.count('connection ok'), PATIENT).toBeGreaterThanOrEqual(1);
    scene.line.freeze();
    await expectStarts(run, 2);
    expect(run.log).toContain('the server does not answer');
    scene.line.thaw();
    await expectBytes(port);
  });
});
