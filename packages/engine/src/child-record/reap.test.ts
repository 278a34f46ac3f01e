import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { withParentDeathSignal } from '../child/launched-program.ts';
import { skipWithout } from '../testing/missing-part.ts';
import { isRunning, kill } from '../testing/processes.ts';
import { scratchFolder, type ScratchFolder } from '../testing/scratch-folder.ts';
import { createChildRecord } from './child-record.ts';
import { markEnvironment } from './mark.ts';
import { procWitness, psWitness, type ProcessWitness } from '../process-witness.ts';
import { reapRecordedChildren } from './reap.ts';
import type { ChildRecord } from './record-file.ts';

/** Tells when it is ready, and ends by TERM; `deaf` does not. */
const PLAIN = '$| = 1; print "up"; sleep';
const DEAF = `$SIG{TERM} = "IGNORE"; ${PLAIN} while 1`;
const GRACES = { termGraceMs: 4000, killGraceMs: 4000 };

let folder: ScratchFolder;
let directory: string;
const pids: number[] = [];

beforeEach(() => {
  folder = scratchFolder();
  directory = folder.file('children');
});
afterEach(() => {
  pids.splice(0).forEach(kill);
  folder.remove();
});

async function launch(script: string, more: readonly string[] = []) {
  const args = ['-e', script, ...more];
  const command = withParentDeathSignal({ file: 'perl', args });
  const child = spawn(command.file, command.args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const { pid = 0 } = child;
  pids.push(pid);
  const ended = once(child, 'exit');
  const ready = once(child.stdout, 'data');
  return { pid, args, ended, ready };
}

const WITNESSES: [string, ProcessWitness, boolean][] = [
  ['/proc', procWitness, process.platform === 'linux'],
  ['ps', psWitness, process.platform !== 'win32'],
];

describe.each(WITNESSES)('with %s', (name, witness, isThere) => {
  describe.skipIf(skipWithout(name, isThere))('a child that was left behind', () => {
    async function recorded(script: string, more: readonly string[] = []) {
      const child = await launch(script, more);
      // Right after the launch, while it can still be setpriv.
      createChildRecord(directory, { witness }).add({ ...child, tunnel: 'db' });
      await child.ready;
      return child;
    }
    const reap = (graces = GRACES) => reapRecordedChildren(directory, { ...graces, witness });

    test('is ended, and its record removed', async () => {
      const { pid, ended } = await recorded(PLAIN, ['with blanks', '']);
      expect(await reap()).toEqual([{ pid, tunnel: 'db', hasEnded: true }]);
      expect(await ended).toEqual([null, 'SIGTERM']);
      expect(readdirSync(directory)).toEqual([]);
    });

    test('is ended also if it is stopped', async () => {
      const { pid, ended } = await recorded(PLAIN);
      process.kill(pid, 'SIGSTOP');
      await reap();
      expect(await ended).toEqual([null, 'SIGTERM']);
    });

    test('is killed if it does not hear', async () => {
      const { ended } = await recorded(DEAF);
      expect(await reap({ termGraceMs: 40, killGraceMs: 4000 })).toMatchObject([
        { hasEnded: true },
      ]);
      expect(await ended).toEqual([null, 'SIGKILL']);
    });

    test('is found among others', async () => {
      const first = await recorded(PLAIN);
      const second = await recorded(DEAF);
      const reaped = await reap({ termGraceMs: 40, killGraceMs: 4000 });
      const expected = [first.pid, second.pid].sort((one, other) => one - other);
      expect(reaped.map(({ pid }) => pid).sort((one, other) => one - other)).toEqual(expected);
    });
  });
});

describe.skipIf(skipWithout('/proc', process.platform === 'linux'))('left alone is', () => {
  /** A child, and its record in the changed form. */
  async function tampered(change: (record: ChildRecord) => Partial<ChildRecord>): Promise<number> {
    const child = await launch(PLAIN);
    createChildRecord(directory).add({ ...child, tunnel: 'db' });
    await child.ready;
    const [name] = readdirSync(directory);
    const path = `${directory}/${name}`;
    const record = JSON.parse(readFileSync(path, 'utf8')) as ChildRecord;
    const changed = { ...record, ...change(record) };
    writeFileSync(path, JSON.stringify(changed));
    renameSync(path, `${directory}/${changed.pid}-${changed.start.at}.child`);
    return child.pid;
  }

  const { pid: ownPid } = process;
  const own = procWitness.see(ownPid);

  test.each<[string, (record: ChildRecord) => Partial<ChildRecord>]>([
    ['a process that began later', ({ start }) => ({ start: { ...start, at: start.at - 1 } })],
    ['a process of another boot', ({ start }) => ({ start: { ...start, boot: 'before' } })],
    ['a process with other arguments', ({ args }) => ({ args: { ...args, sha256: 'other' } })],
    ['the first process', () => ({ pid: 1, start: procWitness.startOf(1)!, args: NOTHING })],
    ['every process', () => ({ pid: 0, args: NOTHING })],
    ['the supervisor itself', () => ({ pid: ownPid, start: own!, args: NOTHING })],
  ])('%s, and the record is removed', async (_, change) => {
    const pid = await tampered(change);
    expect(await reapRecordedChildren(directory, GRACES)).toEqual([]);
    expect(isRunning(pid)).toBe(true);
    expect(readdirSync(directory)).toEqual([]);
  });

  test('everything, if others could have written the records', async () => {
    const pid = await tampered(() => ({}));
    chmodSync(directory, 0o770);
    expect(await reapRecordedChildren(directory, GRACES)).toEqual([]);
    expect(isRunning(pid)).toBe(true);
    expect(readdirSync(directory)).toHaveLength(1);
  });

  test('whatever is no record', async () => {
    const pid = await tampered(() => ({}));
    writeFileSync(`${directory}/notes.txt`, 'mine');
    writeFileSync(`${directory}/5-5.child`, 'torn');
    expect(await reapRecordedChildren(directory, GRACES)).toMatchObject([{ pid }]);
    expect(readdirSync(directory)).toEqual(['notes.txt']);
  });
});

/** A child that leads a group, with a child of its own; both pids. */
async function launchGroup(env: Record<string, string | undefined>) {
  const args = [
    '-e',
    '$| = 1; $p = fork // die; if ($p) { print $p } $SIG{TERM} = "IGNORE"; sleep while 1',
  ];
  const child = spawn('perl', args, {
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
    env: env as NodeJS.ProcessEnv,
  });
  const ended = once(child, 'exit');
  const below = Number(String(await once(child.stdout, 'data')));
  pids.push(child.pid!, below);
  return { pid: child.pid!, args, ended, below };
}

describe.skipIf(skipWithout('/proc', process.platform === 'linux'))('of a group', () => {
  const SOON = { termGraceMs: 40, killGraceMs: 4000 };
  const ends = (all: readonly number[]) =>
    all.map((pid) => ({ pid, tunnel: 'db', hasEnded: true }));

  test('all are ended, as long as the child is there that leads it', async () => {
    const { below, ...child } = await launchGroup(process.env);
    createChildRecord(directory).add({ ...child, tunnel: 'db' });
    expect(await reapRecordedChildren(directory, SOON)).toEqual(ends([child.pid, below]));
    expect(isRunning(below)).toBe(false);
    expect(readdirSync(directory)).toEqual([]);
  });

  test('those are ended that have the mark, when the child is not there any more', async () => {
    const env = { ...process.env };
    const mark = markEnvironment(env);
    const { below, ended, ...child } = await launchGroup(env);
    createChildRecord(directory, { mark }).add({ ...child, tunnel: 'db' });
    process.kill(child.pid, 'SIGKILL');
    await ended;
    process.kill(below, 'SIGSTOP');
    expect(await reapRecordedChildren(directory, SOON)).toEqual(ends([below]));
    expect(isRunning(below)).toBe(false);
    expect(readdirSync(directory)).toEqual([]);
  });

  test.each<[string, (env: NodeJS.ProcessEnv) => string | undefined]>([
    ['with another mark', (env) => (markEnvironment(env), markEnvironment({}))],
    ['without a mark', () => markEnvironment({})],
    ['of which no mark is on record', (env) => (markEnvironment(env), undefined)],
  ])('those are left alone then %s', async (_, markOf) => {
    const env = { ...process.env };
    const mark = markOf(env);
    const { below, ended, ...child } = await launchGroup(env);
    const options = mark === undefined ? {} : { mark };
    createChildRecord(directory, options).add({ ...child, tunnel: 'db' });
    process.kill(child.pid, 'SIGKILL');
    await ended;
    expect(await reapRecordedChildren(directory, SOON)).toEqual([]);
    expect(isRunning(below)).toBe(true);
    expect(readdirSync(directory)).toEqual([]);
  });
});

test('a child that nothing ends is reported, and its record stays', async () => {
  const child = await launch(PLAIN);
  createChildRecord(directory).add({ ...child, tunnel: 'db' });
  await child.ready;
  const undying = { ...procWitness, see: () => seen };
  const seen = procWitness.see(child.pid);
  const reaped = await reapRecordedChildren(directory, {
    termGraceMs: 0,
    killGraceMs: 0,
    witness: undying,
  });
  expect(reaped).toMatchObject([{ pid: child.pid, hasEnded: false }]);
  expect(readdirSync(directory)).toHaveLength(1);
});

test('where nothing was ever recorded there is nobody', async () => {
  expect(await reapRecordedChildren(directory, GRACES)).toEqual([]);
  expect(existsSync(directory)).toBe(false);
});

const NOTHING = {
  words: 0,
  sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
};
