import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectMux, controlMasterArguments } from '@holdfast/engine/parts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ServerSession } from '../../packages/engine/src/release/server-session.ts';
import {
  noteSession,
  releaseSession,
  type ControlledSsh,
} from '../../packages/engine/src/release/session-commands.ts';
import { isRunning, processState } from '../../packages/engine/src/testing/processes.ts';
import { forwardOf } from '../../packages/engine/src/testing/tunnel-specs.ts';
import { PATIENT } from './support/embedded-scene.ts';
import { endAllSsh, startSsh } from './support/real-ssh.ts';
import {
  type NamespaceSshd,
  sshdAvailable,
  startSshdInNamespace,
} from './support/sshd-namespace.ts';

const REMOTE = forwardOf('remote', '127.0.0.1:2222:127.0.0.1:7');
const WAIT = { timeoutMs: 60_000 };
/** Of nobody on any machine. */
const ACCOUNT = { name: 'holdfast-test', uid: 54_321, shell: '/bin/sh' };

let folder: string;
let sshd: NamespaceSshd;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-release-'));
});

afterEach(async () => {
  await endAllSsh();
  await sshd.close();
  rmSync(folder, { recursive: true });
});

/** An ssh that has logged in. */
async function connect(name: string): Promise<ControlledSsh> {
  const controlPath = join(folder, name);
  const { destination: host } = sshd;
  startSsh([...sshd.clientArguments(), '-N', ...controlMasterArguments(controlPath), host]);
  await expect.poll(() => existsSync(controlPath), PATIENT).toBe(true);
  return { program: 'ssh', controlPath, host, env: process.env };
}

async function open({ controlPath }: ControlledSsh): Promise<string> {
  const client = await connectMux(controlPath, WAIT);
  try {
    await client.openForward(REMOTE, WAIT);
    return 'open';
  } catch (error) {
    return String(error);
  } finally {
    client.close();
  }
}

async function noted(ssh: ControlledSsh): Promise<ServerSession> {
  const answer = await noteSession(ssh);
  if ('cannot' in answer) throw new Error(answer.cannot);
  return answer.session;
}

const HELD = expect.stringContaining('remote port forwarding failed for listen port 2222');

describe.skipIf(sshdAvailable())("a port that a dead session of OpenSSH's server holds", () => {
  test.each([
    ['root', undefined],
    ['an account of its own', ACCOUNT],
    ['an account whose shell is bash', { ...ACCOUNT, shell: '/bin/bash' }],
  ])('is free again with the account of %s, and nobody else is ended', async (_, account) => {
    sshd = await startSshdInNamespace([], account);
    const first = await connect('first');
    expect(await open(first)).toBe('open');
    const session = await noted(first);
    const pid = Number(session.pid);
    expect(session).toMatchObject({
      uid: String(account?.uid ?? process.getuid!()),
      name: expect.stringMatching(/^sshd(-session)?$/),
    });
    sshd.freeze();
    await expect.poll(() => processState(pid), PATIENT).toBe('T');

    const second = await connect('second');
    expect(await open(second)).toEqual(HELD);
    for (const other of [{ start: '1' }, { boot: '00000000-0000-4000-8000-000000000000' }]) {
      const [part] = Object.keys(other);
      const claimed = { ...session, ...other };
      expect(await releaseSession(second, claimed)).toEqual({ outcome: 'not-ours', part });
    }
    expect([isRunning(pid), await open(second)]).toEqual([true, HELD]);

    expect(await releaseSession(second, session)).toEqual({ outcome: 'released' });
    expect(isRunning(pid)).toBe(false);
    expect(await open(second)).toBe('open');
    const own = await noted(second);
    expect(own.pid).not.toBe(session.pid);
    expect(await releaseSession(second, own)).toEqual({
      outcome: 'not-ours',
      part: 'this-session',
    });
    expect(isRunning(Number(own.pid))).toBe(true);
  });

  test('stays with a session of another account', async () => {
    sshd = await startSshdInNamespace([], ACCOUNT);
    const first = await connect('first');
    const session = await noted(first);
    const other = await connect('other');
    const claimed = { ...session, uid: '0', pid: String(process.pid) };
    expect(await releaseSession(other, claimed)).toEqual({ outcome: 'not-ours', part: 'uid' });
    expect(await releaseSession(other, session)).toEqual({ outcome: 'released' });
  });

  test.each([
    ['a forced command', ['ForceCommand echo This account is for tunnels only.']],
    ['a forced command that repeats', ['ForceCommand echo "$SSH_ORIGINAL_COMMAND"']],
    ['no sessions', ['MaxSessions 0']],
  ])('is left alone where the account has %s', async (_, config) => {
    sshd = await startSshdInNamespace(config);
    const first = await connect('first');
    expect(await noteSession(first)).toEqual({ cannot: 'no-shell' });
    expect(await open(first)).toBe('open');
  });

  test('is noted whatever stands in the path of the control socket', async () => {
    sshd = await startSshdInNamespace();
    expect(await noted(await connect(`a %h "b' #`))).toMatchObject({
      name: expect.stringMatching(/^sshd/),
    });
  });

  test('is left alone where ssh has gone: no other ssh logs in', async () => {
    sshd = await startSshdInNamespace();
    const first = await connect('first');
    await endAllSsh();
    expect(await noteSession(first)).toEqual({ cannot: 'no-shell' });
  });
});
