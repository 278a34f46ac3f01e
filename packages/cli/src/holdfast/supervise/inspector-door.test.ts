import type { Fleet } from '@holdfast/engine';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createInspectorDoor } from './inspector-door.ts';

const PROGRAM = `(function (exports) {
  exports.openFleetInspector = () =>
    Promise.resolve({ url: 'http://127.0.0.1:1/', port: 1, closed: new Promise(() => {}) });
})`;

const folder = mkdtempSync(join(tmpdir(), 'inspector-door-'));
afterEach(() => rmSync(folder, { recursive: true }));

test('a door that could not be opened is tried again by who asks later', async () => {
  const script = join(folder, 'holdfast-supervisor.cjs');
  const door = createInspectorDoor({ fleet: {} as Fleet, version: '1.2.3', script });
  expect(await door.open({})).toMatchObject({ problem: expect.stringContaining('No such file') });
  writeFileSync(join(folder, 'holdfast-inspector.cjs'), PROGRAM);
  expect(await Promise.all([door.open({}), door.open({})])).toEqual([
    { url: 'http://127.0.0.1:1/' },
    { url: 'http://127.0.0.1:1/' },
  ]);
});
