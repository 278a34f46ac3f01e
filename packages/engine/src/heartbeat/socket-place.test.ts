import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { scratchFolder, type ScratchFolder } from '../testing/scratch-folder.ts';
import { createSocketPlace, type SocketPlace } from './socket-place.ts';

let folder: ScratchFolder;
let places: SocketPlace[] = [];

beforeEach(() => {
  folder = scratchFolder();
});

afterEach(() => {
  for (const place of places.splice(0)) place.close();
  folder.remove();
});

function placeIn(...bases: readonly string[]): SocketPlace {
  const place = createSocketPlace('test', bases);
  places.push(place);
  return place;
}

async function pathOf(place: SocketPlace): Promise<string> {
  const next = await place.next();
  if ('problem' in next) throw new Error(next.problem);
  return next.path;
}

function base(name: string, mode = 0o700): string {
  mkdirSync(folder.file(name));
  chmodSync(folder.file(name), mode);
  return folder.file(name);
}

describe('a place', () => {
  test('has a path of its own for each ssh, in a folder that nobody else can enter', async () => {
    const place = placeIn(base('run'));
    const [first, second] = [await pathOf(place), await pathOf(place)];
    expect(second).not.toBe(first);
    expect(dirname(second)).toBe(dirname(first));
    expect(statSync(dirname(first)).mode & 0o777).toBe(0o700);
    expect(readdirSync(dirname(first))).toEqual([]);
  });

  test('gives up the path before', async () => {
    const place = placeIn(base('run'));
    const first = await pathOf(place);
    writeFileSync(first, '');
    await pathOf(place);
    expect(existsSync(first)).toBe(false);
  });

  test('goes with all that is in it', async () => {
    const place = placeIn(base('run'));
    writeFileSync(await pathOf(place), '');
    place.close();
    expect(readdirSync(folder.file('run'))).toEqual([]);
  });

  test.each([
    ['missing', () => folder.file('missing')],
    ['relative', () => 'run'],
    [
      'a file',
      () => {
        writeFileSync(folder.file('file'), '');
        return folder.file('file');
      },
    ],
    ['open to everybody', () => base('open', 0o777)],
    ['too long', () => base('l'.repeat(90))],
    ['taken for a variable by ssh', () => base('${HOME}')],
  ])('is elsewhere if a folder is %s', async (_what, make) => {
    const path = await pathOf(placeIn(make(), base('other')));
    expect(dirname(dirname(path))).toBe(folder.file('other'));
  });

  test.each([`it's "odd"`, '100%d', 'two words'])('may be in a folder called %s', async (name) => {
    const path = await pathOf(placeIn(base(name)));
    expect(dirname(dirname(path))).toBe(folder.file(name));
  });

  test('that can be nowhere says why', async () => {
    const next = await placeIn('/no/such', '/dev/null').next();
    expect(next).toEqual({
      problem:
        'no control socket can be made (/no/such: No such file or directory; /dev/null is open to everybody)',
    });
  });

  test('is made anew when it is gone, but does not fight with whoever takes it away', async () => {
    const place = placeIn(base('run'));
    const lose = async () => rmSync(dirname(await pathOf(place)), { recursive: true });
    await lose();
    await lose();
    expect(await place.next()).toMatchObject({
      problem: expect.stringContaining('does not keep control sockets'),
    });
    expect(await pathOf(place)).toContain(folder.file('run'));
  });

  test('of a process that was killed is swept away, and of one that lives is not', async () => {
    const run = base('run');
    const own = dirname(await pathOf(placeIn(run))).replace(/-[^-]+$/, '');
    const gone = own.replace(`-${process.pid}.`, '-4194305.');
    mkdirSync(`${gone}-abcdef`);
    mkdirSync(`${own.replace(`-${process.pid}.`, `-${process.ppid}.`)}-abcdef`);
    await pathOf(placeIn(run));
    await expect.poll(() => existsSync(`${gone}-abcdef`), { timeout: 90_000 }).toBe(false);
    expect(readdirSync(run)).toHaveLength(3);
  });
});
