import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { skipWithout } from '../../../testing/missing-part.ts';
import { foregroundSettings } from './command.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-foreground-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function program(content: string): string {
  const path = join(folder, 'ssh');
  writeFileSync(path, content);
  chmodSync(path, 0o755);
  return path;
}

const noSsh = skipWithout('ssh', spawnSync('ssh', ['-V']).status === 0);

test.skipIf(noSsh)('an ssh is told to stay exactly if it knows how', () => {
  const isKnown = spawnSync('ssh', ['-o', 'ForkAfterAuthentication=no', '-V']).status === 0;
  const expected = isKnown ? ['ForkAfterAuthentication=no'] : [];
  expect(foregroundSettings('ssh', undefined)).toEqual(expected);
});

test('another program is not, and neither is an older ssh, until it is updated', () => {
  const path = program('no ssh at all');
  expect(foregroundSettings(path, undefined)).toEqual([]);
  program('\0controlpersist\0');
  expect(foregroundSettings(path, undefined)).toEqual([]);
  program('\0controlpersist\0forkafterauthentication\0');
  expect(foregroundSettings(path, undefined)).toEqual(['ForkAfterAuthentication=no']);
  expect(foregroundSettings('ssh', { PATH: folder })).toEqual(['ForkAfterAuthentication=no']);
});

test('a program that is not there is not looked into', () => {
  expect(foregroundSettings(join(folder, 'missing'), undefined)).toEqual([]);
});
