import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildLockProgram, type Contender, startContender } from '../testing/lock-contender.ts';
import { makeRuntimeFolder } from '../testing/runtime-folder.ts';
import { identifyProcess } from './process-identity.ts';
import { takeLock, type Lock } from './take-lock.ts';

const programs = makeRuntimeFolder();
const program = programs.file('lock.cjs');
beforeAll(() => buildLockProgram(program));
afterAll(() => programs.remove());

let folder: ReturnType<typeof makeRuntimeFolder>;
let path: string;
beforeEach(() => {
  folder = makeRuntimeFolder();
  path = folder.file('supervisor.lock');
});
afterEach(() => folder.remove());

function leaveClaim(claim: unknown, number = 1): void {
  mkdirSync(path, { recursive: true });
  const text = typeof claim === 'string' ? claim : JSON.stringify(claim);
  writeFileSync(`${path}/${number}`, text);
}

function deadPid(): number {
  return spawnSync('true').pid;
}

async function release(lock: Promise<Lock>): Promise<void> {
  const taken = await lock;
  if (taken.kind !== 'taken') throw new Error(`held by ${taken.pid}`);
  taken.release();
}

describe('a lock', () => {
  it('is taken once, and again when it was let go', async () => {
    const lock = await takeLock(path);
    expect(lock.kind).toBe('taken');
    expect(await takeLock(path)).toEqual({ kind: 'held', pid: process.pid });
    await release(Promise.resolve(lock));
    await release(takeLock(path));
    expect(readdirSync(path)).toEqual([]);
  });

  it.each<[string, () => unknown]>([
    ['a dead process', () => ({ ...identifyProcess(process.pid), pid: deadPid() })],
    [
      'a pid that another process has now',
      () => ({ ...identifyProcess(process.pid), startTime: '1' }),
    ],
    ['a time before the last boot', () => ({ ...identifyProcess(process.pid), bootId: 'other' })],
    ['nobody: an empty file', () => ''],
    ['nobody: half a file', () => '{"pid":'],
    ['nobody: no claim', () => null],
    ['nobody: pid 0, which means a group', () => ({ ...identifyProcess(process.pid), pid: 0 })],
  ])('of %s is taken over, and the claim is cleared away', async (_, claim) => {
    leaveClaim(claim(), 7);
    leaveClaim(claim(), 3);
    const lock = takeLock(path);
    await lock;
    expect(readdirSync(path)).toEqual(['8']);
    await release(lock);
  });

  it('of a process that only waits to be noticed is taken over', async () => {
    const shell = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 1000'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [line] = (await once(shell.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    await expect.poll(() => identifyProcess(pid)).toBeUndefined();
    leaveClaim({ ...identifyProcess(process.pid), pid });
    await release(takeLock(path));
    shell.kill('SIGKILL');
    await once(shell, 'close');
  });

  it('of a running process is held, whatever its number', async () => {
    const other = identifyProcess(process.ppid)!;
    leaveClaim('', 99);
    leaveClaim(other, 4);
    expect(await takeLock(path)).toEqual({ kind: 'held', pid: process.ppid });
  });

  it('is not shaken by other files in its folder', async () => {
    mkdirSync(path);
    for (const name of ['draft-1', '-1', '01', '1e9', 'x']) writeFileSync(`${path}/${name}`, '');
    await release(takeLock(path));
    expect(readdirSync(path)).toHaveLength(5);
  });
});

describe('processes of their own', () => {
  const start = () => startContender(program, path);
  it('that all start at once over a dead claim have exactly one winner, each time', async () => {
    leaveClaim({ ...identifyProcess(process.pid), pid: deadPid() });
    let contenders: Contender[] = [];
    for (let round = 0; round < 5; round += 1) {
      const missing = Array.from({ length: 20 - contenders.length }, start);
      contenders = [...contenders, ...(await Promise.all(missing))];
      const results = await Promise.all(contenders.map((contender) => contender.take()));
      const winners = contenders.filter((_, index) => results[index]!.kind === 'taken');
      expect(winners).toHaveLength(1);
      const losers = results.filter(({ kind }) => kind === 'held');
      expect(losers).toEqual(Array(19).fill({ kind: 'held', pid: winners[0]!.pid }));
      // The winner dies with the lock in its hand: the next round starts over its claim.
      await winners[0]!.kill();
      contenders = contenders.filter((contender) => contender !== winners[0]);
    }
    await Promise.all(contenders.map((contender) => contender.kill()));
  });

  it('take over from one that was killed, and not from one that was stopped', async () => {
    const first = await startContender(program, path);
    expect(await first.take()).toMatchObject({ kind: 'taken' });
    process.kill(first.pid, 'SIGSTOP');
    expect(await takeLock(path)).toEqual({ kind: 'held', pid: first.pid });
    await first.kill();
    await release(takeLock(path));
  });

  it('that come and go all the time never have the lock at once', async () => {
    const hold = async (): Promise<number> => {
      const lock = await takeLock(path);
      if (lock.kind === 'held') return 0;
      const contender = await startContender(program, path);
      expect(await contender.take()).toEqual({ kind: 'held', pid: process.pid });
      await contender.kill();
      lock.release();
      return 1;
    };
    const results = await Promise.all(Array.from({ length: 4 }, hold));
    expect(results.reduce((one, other) => one + other)).toBeGreaterThanOrEqual(1);
  });
});
