import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import type { ListedProcess } from '../process-witness.ts';
import { processWitness } from '../process-witness.ts';
import { isRunning, kill } from '../testing/processes.ts';
import {
  descendantsAmong,
  membersOf,
  offspringOf,
  stillThere,
  type EndsWithSsh,
} from './offspring.ts';

const PATIENT = { timeout: 90_000 };
const pids: number[] = [];

afterEach(() => pids.splice(0).forEach(kill));

/** A process; its group is that of 10 unless said. */
function listed(pid: number, parent: number, group = 10): ListedProcess {
  return { pid, parent, group, boot: 'this', at: pid };
}

/** ssh 10 with its jump host's ssh, that one's proxy, and a stranger beside. */
const FAMILY = [listed(1, 0, 1), listed(12, 11), listed(11, 10), listed(10, 1), listed(20, 1, 20)];

test.each<[string, number, number[]]>([
  ['children and theirs, in whatever order they are listed', 10, [11, 12]],
  ['children only', 11, [12]],
  ['nobody, of who has no children', 12, []],
  ['nobody, of who is not there', 99, []],
])('the descendants are %s', (_, ancestor, expected) => {
  const found = descendantsAmong(FAMILY, ancestor).map(({ pid }) => pid);
  expect(found.sort((one, other) => one - other)).toEqual(expected);
});

test('nobody is his own descendant, and each has a way up to the ancestor', () => {
  const pid = fc.integer({ min: 1, max: 12 });
  const table = fc.uniqueArray(fc.record({ pid, parent: pid }), { selector: (each) => each.pid });
  fc.assert(
    fc.property(table, pid, (rows, ancestor) => {
      const all = rows.map((each) => listed(each.pid, each.parent));
      const found = descendantsAmong(all, ancestor);
      const family = new Set([ancestor, ...found.map((each) => each.pid)]);
      expect(found.map((each) => each.pid)).not.toContain(ancestor);
      expect(family.size).toBe(found.length + 1);
      for (const each of found) expect(family).toContain(each.parent);
      for (const each of all) if (!family.has(each.pid)) expect(family).not.toContain(each.parent);
    }),
  );
});

test('the members of a group are those that say so, whoever their parents are', () => {
  expect(membersOf(10, FAMILY).map(({ pid }) => pid)).toEqual([12, 11, 10]);
  expect(membersOf(11, FAMILY)).toEqual([]);
});

test('a pid with another start is somebody else', () => {
  const see = (pid: number) =>
    pid === 11 ? undefined : { boot: 'this', at: pid === 12 ? 99 : pid, commandLine: '' };
  const { isSameStart } = processWitness;
  expect(stillThere([listed(10, 1), listed(11, 10), listed(12, 11)], { see, isSameStart })).toEqual(
    [listed(10, 1)],
  );
});

describe('of a script and what it has started', () => {
  /** A script that waits for a child of its own; the pids of both. */
  async function start(who: EndsWithSsh) {
    const script = 'sleep 1000 & echo $!; wait';
    const child = spawn('/bin/sh', ['-c', script], {
      stdio: ['ignore', 'pipe', 'ignore'],
      detached: who === 'group',
    });
    const below = Number(String(await once(child.stdout, 'data')));
    pids.push(child.pid!, below);
    const ended = once(child, 'exit');
    const parent = { pid: child.pid!, kill: (name: NodeJS.Signals) => void child.kill(name) };
    return { ...offspringOf(parent, who), below, ended };
  }

  test('nobody but the script hears a signal, where nobody ends with it', async () => {
    const { signal, rest, below, ended } = await start('nobody');
    signal('SIGTERM');
    await ended;
    expect(rest.isLeft(0)).toBe(false);
    rest.signal('SIGKILL');
    expect(isRunning(below)).toBe(true);
  });

  test('what it had started when it was told to end is known when it has ended', async () => {
    const { signal, rest, below, ended } = await start('descendants');
    signal('SIGTERM');
    await ended;
    expect([isRunning(below), rest.isLeft(0)]).toEqual([true, true]);
    rest.signal('SIGTERM');
    await expect.poll(() => rest.isLeft(0), PATIENT).toBe(false);
    expect(isRunning(below)).toBe(false);
  });

  test('SIGKILL is for all of them, since the script does not hear it', async () => {
    const { signal, below, ended } = await start('descendants');
    signal('SIGKILL');
    await ended;
    await expect.poll(() => isRunning(below), PATIENT).toBe(false);
  });

  test('nobody is known of a script that ended by itself', async () => {
    const { rest, below, ended } = await start('descendants');
    const [{ parent }] = processWitness.list().filter(({ pid }) => pid === below) as [
      ListedProcess,
    ];
    process.kill(parent, 'SIGKILL');
    await ended;
    expect(rest.isLeft(0)).toBe(false);
  });

  test('a group hears each signal', async () => {
    const { signal, below, ended } = await start('group');
    signal('SIGTERM');
    await ended;
    await expect.poll(() => isRunning(below), PATIENT).toBe(false);
  });

  test('a group is left also of a script that was killed by others, until it has ended', async () => {
    const { rest, below, ended } = await start('group');
    const [{ parent }] = processWitness.list().filter(({ pid }) => pid === below) as [
      ListedProcess,
    ];
    process.kill(parent, 'SIGKILL');
    await ended;
    expect([rest.isLeft(0), rest.isLeft(1000)]).toEqual([true, true]);
    rest.signal('SIGKILL');
    await expect.poll(() => rest.isLeft(1000), PATIENT).toBe(false);
  });

  test('the dead for whom nobody has waited yet are not left for long', async () => {
    // It becomes a program that waits for nobody, and leads the group of its dead child.
    const script =
      'if ($p = fork) { setpgrp($p, $p); print "$p\\n"; $| = 1; print ""; sleep } else { sleep }';
    const holder = spawn('perl', ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    pids.push(holder.pid!);
    const dead = Number(String(await once(holder.stdout, 'data')));
    process.kill(dead, 'SIGKILL');
    await expect.poll(() => isRunning(dead), PATIENT).toBe(false);
    const { rest } = offspringOf({ pid: dead, kill: () => undefined }, 'group');
    expect([rest.isLeft(0), rest.isLeft(1000)]).toEqual([true, false]);
  });
});
