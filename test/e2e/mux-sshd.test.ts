import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTunnel, type RunningTunnel } from '@holdfast/engine';
import { createMuxDriver } from '@holdfast/engine/parts';
import type { HeartbeatEvent } from '@holdfast/machines';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { PATIENT } from './support/embedded-scene.ts';
import { listeningPorts } from './support/process-facts.ts';
import { endAllSsh, startSsh } from './support/real-ssh.ts';
import {
  type NamespaceSshd,
  sshdAvailable,
  startSshdInNamespace,
} from './support/sshd-namespace.ts';

const ANSWERED = { type: 'heartbeat.answered' };
const LONG_MS = 90_000;
const SHORT_MS = 500;
const SILENCE = `the server does not answer (waited ${SHORT_MS} ms)`;

const missing = sshdAvailable();
const note = missing === undefined ? '' : ` (${missing})`;

let folder: string;
let path: string;
let tunnel: RunningTunnel | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-mux-'));
  path = join(folder, 's');
});

afterEach(async () => {
  await tunnel?.stop();
  tunnel = undefined;
  await endAllSsh();
  rmSync(folder, { recursive: true });
});

function masterArguments(sshd: NamespaceSshd, ...options: readonly string[]): string[] {
  const asMaster = ['-M', '-S', path, '-o', 'ControlPersist=no', '-N'];
  return [...sshd.clientArguments(), ...asMaster, ...options, sshd.destination];
}

function probe(pid: number, timeoutMs = LONG_MS): Promise<HeartbeatEvent> {
  const driver = createMuxDriver({ controlPath: path, timeoutMs });
  return new Promise((resolve) => driver.probe({ pid }).subscribe(resolve));
}

describe.skipIf(missing !== undefined)(`the mux heartbeat and OpenSSH's server${note}`, () => {
  let sshd: NamespaceSshd;

  beforeAll(async () => {
    sshd = await startSshdInNamespace();
  });

  afterAll(() => sshd.close());

  // What was frozen never ends by itself.
  afterEach(() => sshd.dropSessions());

  test('is answered, missed while the session is frozen, and answered again', async () => {
    const ssh = startSsh(masterArguments(sshd));
    for (let round = 0; round < 3; round += 1) expect(await probe(ssh.pid)).toEqual(ANSWERED);
    sshd.freeze();
    const missed = { type: 'heartbeat.missed', reason: SILENCE };
    expect(await probe(ssh.pid, SHORT_MS)).toEqual(missed);
    expect(await probe(ssh.pid, SHORT_MS)).toEqual(missed);
    sshd.thaw();
    expect(await probe(ssh.pid)).toEqual(ANSWERED);
    expect(ssh.stderr).toBe('');
  });

  test('lets a supervised tunnel find a frozen session and heal', async () => {
    tunnel = createTunnel({
      name: 'mux',
      gateSeconds: 0,
      pollSeconds: 1,
      firstPollSeconds: 0.2,
      command: () => ({ file: 'ssh', args: masterArguments(sshd) }),
      heartbeat: createMuxDriver({ controlPath: path, timeoutMs: 2000 }),
    });
    const states: string[] = [];
    tunnel.state$.subscribe((state) => states.push(state));
    await expect.poll(() => states.includes('healthy'), PATIENT).toBe(true);
    sshd.freeze();
    const before = states.length;
    const isHealed = () => states.slice(before).includes('stopping') && states.at(-1) === 'healthy';
    await expect.poll(isHealed, PATIENT).toBe(true);
  });
});

describe
  .skipIf(missing !== undefined)
  .each([['AllowTcpForwarding no'], ['PermitListen none'], ['DisableForwarding yes']])(
  `a server with %s${note}`,
  (line) => {
    let sshd: NamespaceSshd;

    beforeAll(async () => {
      sshd = await startSshdInNamespace([line]);
    });

    afterAll(() => sshd.close());

    test('answers the mux heartbeat, and ssh stays', async () => {
      const ssh = startSsh(masterArguments(sshd, '-o', 'ExitOnForwardFailure=yes'));
      for (let round = 0; round < 5; round += 1) expect(await probe(ssh.pid)).toEqual(ANSWERED);
      expect(listeningPorts(ssh.pid)).toEqual([]);
      sshd.freeze();
      expect(await probe(ssh.pid, SHORT_MS)).toEqual({ type: 'heartbeat.missed', reason: SILENCE });
      sshd.thaw();
      expect(await probe(ssh.pid)).toEqual(ANSWERED);
      const complaint = 'remote port forwarding failed for listen port';
      await expect.poll(() => ssh.stderr.split(complaint).length - 1, PATIENT).toBe(7);
    });
  },
);
