import { readFileSync } from 'node:fs';
import { checkPackage, createPackageFromTarballData, type Problem } from '@arethetypeswrong/core';
import { execa } from 'execa';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { installPacked, LIBRARIES, type Home, type Library } from '../library/packed-libraries.ts';

const NAMES = Object.keys(LIBRARIES) as readonly Library[];

/** The packages are modules only: what an older Node, or `require`, would make of them is no question. */
const NOT_ASKED: readonly string[] = ['node10', 'node16-cjs'];

let home: Home;

beforeAll(async () => {
  home = await installPacked(NAMES);
});

afterAll(() => home.remove());

function tarballOf(library: Library): Buffer {
  return readFileSync(home.tarballs.get(library)!);
}

function isAsked(problem: Problem): boolean {
  return !('resolutionKind' in problem && NOT_ASKED.includes(problem.resolutionKind));
}

describe.each(NAMES)('the packed package %s', (library) => {
  test('is without fault for publint', async () => {
    const bytes = tarballOf(library);
    const tarball = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
    const { messages, pkg } = await publint({
      pack: { tarball: tarball as ArrayBuffer },
      strict: true,
    });
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
  });

  test('has types that are right for every way to import it, of those that there are', async () => {
    const analysis = await checkPackage(createPackageFromTarballData(tarballOf(library)));
    if (!('problems' in analysis)) throw new Error('it has no types');
    expect(analysis.problems.filter(isAsked)).toEqual([]);
  });

  test('holds what is built, its README and its licence, and no tests, sources or scripts', async () => {
    const { stdout } = await execa('tar', ['-tzf', home.tarballs.get(library)!]);
    const files = stdout.split('\n').map((name) => name.slice('package/'.length));
    const missing = ['package.json', 'README.md', 'LICENSE'].filter(
      (name) => !files.includes(name),
    );
    expect(missing).toEqual([]);
    const strangers = files.filter(
      (file) => !/^(package\.json|README\.md|LICENSE|dist\/.+\.(js|d\.ts|css|html))$/.test(file),
    );
    expect(strangers).toEqual([]);
    expect(files.filter((file) => /\.test\.|(^|\/)(src|scripts|testing)\//.test(file))).toEqual([]);
  });

  test('depends on versions, and of its own kind on the same version', () => {
    const { version, dependencies = {} } = home.manifest(library);
    for (const [name, range] of Object.entries(dependencies)) {
      expect(range, name).toMatch(name in LIBRARIES ? new RegExp(`^${version}$`) : /^[\^~]\d+\./);
    }
  });

  test('can be imported by every name that it exports, with what it says that it needs', async () => {
    const { exports } = home.manifest(library);
    const names = Object.keys(exports).map((path) => library + path.slice(1));
    const script = names.map((name) => `await import(${JSON.stringify(name)});`).join('\n');
    const { stderr, exitCode } = await execa(
      process.execPath,
      ['--input-type=module', '-e', script],
      { cwd: home.path, reject: false },
    );
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
  });
});
