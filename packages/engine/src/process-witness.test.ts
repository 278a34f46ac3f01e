import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { skipWithout } from './testing/missing-part.ts';
import { procWitness, psWitness, type ProcessWitness } from './process-witness.ts';

const isLinux = process.platform === 'linux';
const isUnix = process.platform !== 'win32';

describe.each<[string, ProcessWitness, boolean]>([
  ['/proc', procWitness, isLinux],
  ['ps', psWitness, isUnix],
])('%s', (name, witness, isThere) => {
  describe.skipIf(skipWithout(name, isThere))('sees', () => {
    test('a child with the start it had when it was launched', async () => {
      const child = spawn('perl', ['-e', 'print "up\n"; sleep', 'one two', '', 'three'], {
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      const start = witness.startOf(child.pid!);
      const seen = witness.see(child.pid!);
      expect(witness.isSameStart(seen!, start!)).toBe(true);
      expect(seen!.commandLine).toContain('one two  three');
      child.kill('SIGKILL');
      await once(child, 'exit');
      expect(witness.see(child.pid!)).toBeUndefined();
    });

    test('that another process began at another time', () => {
      const seen = witness.see(process.pid)!;
      expect(witness.isSameStart(seen, { ...seen, at: seen.at + 60_000 })).toBe(false);
      expect(witness.isSameStart(seen, { ...seen, boot: 'another' })).toBe(false);
    });

    test('nothing of a process that only waits for its parent', async () => {
      const script = 'if ($p = fork) { $| = 1; print "$p\n"; sleep } else { exit }';
      const parent = spawn('perl', ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
      const pid = Number(String(await once(parent.stdout, 'data')));
      await expect.poll(() => witness.see(pid), { timeout: 90_000 }).toBeUndefined();
      parent.kill('SIGKILL');
    });

    test('among all, whose child it is and who leads its group', async () => {
      const script = 'if ($p = fork) { $| = 1; print "$p\n" } sleep';
      const parent = spawn('perl', ['-e', script], {
        stdio: ['ignore', 'pipe', 'ignore'],
        detached: true,
      });
      const leader = parent.pid!;
      const pid = Number(String(await once(parent.stdout, 'data')));
      const all = witness.list();
      expect(all.find((each) => each.pid === leader)).toMatchObject({
        parent: process.pid,
        group: leader,
      });
      const child = all.find((each) => each.pid === pid)!;
      expect(child).toMatchObject({ parent: leader, group: leader });
      expect(witness.isSameStart(child, witness.see(pid)!)).toBe(true);
      process.kill(-leader, 'SIGKILL');
      await once(parent, 'exit');
      await expect
        .poll(() => witness.list().filter((each) => each.group === leader), { timeout: 90_000 })
        .toEqual([]);
    });

    test('nothing of a process that is not there', () => {
      expect(witness.see(2 ** 30)).toBeUndefined();
    });
  });
});

test('/proc without a boot to go by is sure of no process', () => {
  const start = { boot: '', at: 4711 };
  expect(procWitness.isSameStart(start, start)).toBe(false);
});
