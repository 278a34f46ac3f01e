import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { missingPart } from './missing-part.ts';

/** What is missing to limit the descriptors of a process. For `skipIf`. */
export const noLimits = missingPart(
  spawnSync('prlimit', ['--version']).status === 0 ? undefined : 'prlimit is missing',
);

/** Leaves a process room for exactly so many more descriptors than it keeps; `Infinity`: for as many as usual. */
export async function leaveDescriptors(pid: number, more: number): Promise<void> {
  const most = more === Infinity ? 1024 : await limitFor(pid, more);
  expect(spawnSync('prlimit', ['--pid', String(pid), `--nofile=${most}:`]).status).toBe(0);
}

/** The limit is one of numbers: those that are free in between can be had. What is open for a moment, for a probe, is not kept. */
async function limitFor(pid: number, more: number): Promise<number> {
  let kept = descriptorsOf(pid);
  for (let look = 0; look < 10; look += 1) {
    await sleep(50);
    const now = descriptorsOf(pid);
    kept = kept.filter((fd) => now.includes(fd));
  }
  const numbers = Array.from({ length: kept.length + more + 1 }, (_, fd) => fd);
  return numbers.filter((fd) => !kept.includes(fd))[more]!;
}

function descriptorsOf(pid: number): readonly number[] {
  return readdirSync(`/proc/${pid}/fd`).map(Number);
}
