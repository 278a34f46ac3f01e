import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import type { FailureReport } from '@holdfast/machines';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ServerSession } from '../../../release/server-session.ts';
import {
  cannotPlaySshd,
  playedSsh,
  playSession,
  type PlayedSession,
} from '../../../testing/played-sshd.ts';
import { scratchFolder, type ScratchFolder } from '../../../testing/scratch-folder.ts';
import { specOf } from '../../../testing/tunnel-specs.ts';
import type { FleetFact } from '../../fleet-event.ts';
import { OwnSession } from './own-session.ts';

const HELD: FailureReport = { class: 'remote-port-held', sentence: 'the port is held' };
const OTHER: FailureReport = { class: 'unknown', sentence: 'something else' };
const REFUSAL = 'channel 2: open failed: connect failed: open failed\r\n';

let folder: ScratchFolder;
let directory: string;
let told: FleetFact[];
const played: PlayedSession[] = [];

beforeEach(() => {
  folder = scratchFolder();
  directory = folder.file('state/sessions');
  told = [];
  // As the control socket of an ssh that runs.
  writeFileSync(folder.file('control'), '');
});
afterEach(() => {
  for (const each of played.splice(0)) each.end();
  folder.remove();
});

function makeOwner(release = true) {
  return { spec: { ...specOf({ release }), ruleSet: undefined } };
}

function tell(_: string | null, fact: unknown): void {
  told.push(fact as FleetFact);
}

function sessionOver(ssh: string, owner = makeOwner()) {
  const shared = { ssh, env: process.env, sessionsDir: directory, tell };
  return new OwnSession({ owner, shared });
}

/** Opens remote forwards; the server gives these answers, one after the other. */
async function open(session: OwnSession, ...answers: (FailureReport | undefined)[]) {
  let asked = 0;
  const failure = await session.openRemote(folder.file('control'), async () => answers[asked++]);
  return { failure, asked };
}

function noted(): ServerSession | undefined {
  const [name] = existsSync(directory) ? readdirSync(directory) : [];
  if (name === undefined) return undefined;
  return (JSON.parse(readFileSync(`${directory}/${name}`, 'utf8')) as { session: ServerSession })
    .session;
}

/** A session of the tunnel's that is noted. */
async function leaveBehind(more: Partial<ServerSession> = {}): Promise<PlayedSession> {
  await open(sessionOver(playedSsh(folder)), undefined);
  await expect.poll(noted).toBeDefined();
  const [name] = readdirSync(directory);
  const old = await playSession();
  played.push(old);
  const session = { ...old.session, ...more };
  writeFileSync(`${directory}/${name}`, JSON.stringify({ tunnel: 'db', host: 'bastion', session }));
  return old;
}

test.each([
  ['without release', false, true],
  ['without a folder for notes', true, false],
])('%s nothing is asked, noted or ended', async (_, release, hasFolder) => {
  const ssh = folder.program('ssh', 'echo run >"$0.run"');
  const sessionsDir = hasFolder ? directory : undefined;
  const shared = { ssh, env: process.env, sessionsDir, tell };
  const session = new OwnSession({ owner: makeOwner(release), shared });
  expect(await open(session, HELD)).toEqual({ failure: HELD, asked: 1 });
  expect(await open(session, undefined)).toEqual({ failure: undefined, asked: 1 });
  expect(session.isAbout(REFUSAL)).toBe(false);
  expect([noted(), existsSync(folder.file('ssh.run')), told]).toEqual([undefined, false, []]);
});

describe.skipIf(cannotPlaySshd)('with release', () => {
  test('a session is noted when its forwards are there, and not when they are not', async () => {
    const ssh = playedSsh(folder);
    expect(await open(sessionOver(ssh), HELD)).toEqual({ failure: HELD, asked: 1 });
    expect(await open(sessionOver(ssh), OTHER)).toEqual({ failure: OTHER, asked: 1 });
    expect(noted()).toBeUndefined();
    expect(await open(sessionOver(ssh), undefined)).toEqual({ failure: undefined, asked: 1 });
    await expect.poll(noted).toMatchObject({ name: 'sshd' });
    expect(told).toEqual([]);
  });

  test('an old session that holds a port is ended, and the forwards are asked for again', async () => {
    const old = await leaveBehind();
    const next = sessionOver(playedSsh(folder));
    expect(await open(next, HELD, undefined)).toEqual({ failure: undefined, asked: 2 });
    await expect.poll(old.isRunning).toBe(false);
    const pid = Number(old.session.pid);
    expect(told).toEqual([{ type: 'session.released', pid, hadEnded: false }]);
    await expect.poll(() => noted()?.pid).not.toBe(old.session.pid);
  });

  test('one that has ended is told, and the forwards are asked for again', async () => {
    const old = await leaveBehind();
    old.end();
    await expect.poll(old.isRunning).toBe(false);
    const next = sessionOver(playedSsh(folder));
    expect(await open(next, HELD, HELD)).toEqual({ failure: HELD, asked: 2 });
    const pid = Number(old.session.pid);
    expect(told).toEqual([{ type: 'session.released', pid, hadEnded: true }]);
    expect(noted()).toBeUndefined();
  });

  test('one that is in nobody’s way is left alone', async () => {
    const old = await leaveBehind();
    const ssh = playedSsh(folder);
    expect(await open(sessionOver(ssh), OTHER)).toEqual({ failure: OTHER, asked: 1 });
    expect([old.isRunning(), noted()]).toEqual([true, old.session]);
    expect(await open(sessionOver(ssh), undefined)).toEqual({ failure: undefined, asked: 1 });
    await expect.poll(() => noted()?.pid).not.toBe(old.session.pid);
    expect([old.isRunning(), told]).toEqual([true, []]);
  });

  test.each<[string, Partial<ServerSession>, string, boolean]>([
    ['of another boot', { boot: '00000000-0000-4000-8000-000000000000' }, 'boot', true],
    ['of another user', { uid: '54321' }, 'uid', true],
    ['with another start', { start: '1' }, 'start', false],
  ])('one %s is left alone, and told', async (_, other, reason, stays) => {
    const old = await leaveBehind(other);
    const next = sessionOver(playedSsh(folder));
    expect(await open(next, HELD, undefined)).toEqual({ failure: HELD, asked: 1 });
    const pid = Number(old.session.pid);
    expect(told).toEqual([{ type: 'session.kept', pid, reason }]);
    expect([old.isRunning(), noted() !== undefined]).toEqual([true, stays]);
  });

  test('an account that runs no command is told; the note of before is worth nothing then', async () => {
    await leaveBehind();
    const forced = folder.program('forced', 'echo This account is for tunnels only.');
    const session = sessionOver(forced);
    await open(session, undefined);
    await expect.poll(() => told).toEqual([{ type: 'session.unnoted', reason: 'no-shell' }]);
    expect(noted()).toBeUndefined();
  });

  test('an ssh that has ended meanwhile says nothing about its account', async () => {
    const { file } = folder;
    const dying = folder.program(
      'dying',
      `rm '${file('control')}'; touch '${file('ended')}'; exit 255`,
    );
    await open(sessionOver(dying), undefined);
    await expect.poll(() => existsSync(file('ended'))).toBe(true);
    await open(sessionOver(playedSsh(folder)), undefined);
    await expect.poll(noted).toBeDefined();
    expect(told).toEqual([]);
  });

  test('a note that cannot be written is told', async () => {
    mkdirSync(directory, { recursive: true });
    chmodSync(directory, 0o755);
    await open(sessionOver(playedSsh(folder)), undefined);
    await expect
      .poll(() => told)
      .toEqual([
        {
          type: 'session.unnoted',
          reason: 'not-written',
          problem: `${directory} has the permissions 755, not 700`,
        },
      ]);
  });

  test('of two ssh of a tunnel the later one is noted, however late the first answers', async () => {
    const owner = makeOwner();
    const slow = playedSsh(folder).replace(/ssh$/, 'slow');
    const waits = `until [ -e "$0.go" ]; do sleep 0.05; done; '${folder.file('ssh')}' "$@"; touch "$0.done"`;
    folder.program('slow', waits);
    await open(sessionOver(slow, owner), undefined);
    await open(sessionOver(folder.file('ssh'), owner), undefined);
    await expect.poll(noted).toBeDefined();
    const later = noted();
    writeFileSync(`${slow}.go`, '');
    await expect.poll(() => existsSync(`${slow}.done`)).toBe(true);
    // Behind the first, whatever it does.
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect([noted(), told]).toEqual([later, []]);
  });

  test('what ssh says of a session that it was refused is about no connection through the tunnel', async () => {
    const session = sessionOver(playedSsh(folder));
    expect(session.isAbout(REFUSAL)).toBe(false);
    await open(session, undefined);
    expect(session.isAbout('channel 2: open failed: connect failed: Connection refused\r\n')).toBe(
      false,
    );
    expect(session.isAbout(REFUSAL)).toBe(true);
    // The next is of a connection.
    expect(session.isAbout(REFUSAL)).toBe(false);
  });
});
