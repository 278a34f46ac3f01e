import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawnSync } from 'node:child_process';
import { execa } from 'execa';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { missingPart } from './support/missing-part.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const hasMandoc = spawnSync('mandoc', ['-Tlint', '/dev/null']).error === undefined;
const noMandoc = missingPart(hasMandoc ? undefined : 'no mandoc: apt-get install mandoc');

let folder: string;
let tarball: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-package-'));
  const script = join(ROOT, 'packages/cli/packaging/package.mjs');
  const { stdout } = await execa(process.execPath, [script, 'npm', '--out', folder]);
  tarball = stdout.trim();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function install(prefix: string): Promise<void> {
  const words = ['install', '--global', '--prefix', prefix, '--offline', '--no-audit', '--no-fund'];
  await execa('npm', [...words, tarball]);
}

describe('the package for npm', () => {
  test('is without fault for publint', async () => {
    const bytes = readFileSync(tarball);
    const packed = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
    const { messages, pkg } = await publint({ pack: { tarball: packed as ArrayBuffer } });
    // It knows of programs that begin with node, and of none that begin with sh: decision 0010.
    const faults = messages.filter(({ code }) => code !== 'BIN_FILE_NOT_EXECUTABLE');
    expect(faults.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
  });

  test('has both programs, the manual and all licences, and neither dependencies nor scripts', async () => {
    const { stdout } = await execa('tar', ['-xzOf', tarball, 'package/package.json']);
    const manifest = JSON.parse(stdout);
    expect(Object.keys(manifest.bin)).toEqual(['autossh', 'holdfast']);
    for (const key of ['dependencies', 'devDependencies', 'scripts']) {
      expect(manifest).not.toHaveProperty(key);
    }
    const { stdout: listed } = await execa('tar', ['-tzf', tarball]);
    const files = new Set(listed.split('\n').map((name) => name.slice('package/'.length)));
    const wanted = [
      'README.md',
      'LICENSE',
      'dist/THIRD-PARTY.txt',
      ...manifest.man.map(withoutDot),
    ];
    expect(wanted.filter((name) => !files.has(name))).toEqual([]);
    const { stdout: notices } = await execa('tar', [
      '-xzOf',
      tarball,
      'package/dist/THIRD-PARTY.txt',
    ]);
    for (const library of ['xstate', 'rxjs', 'zod', 'smol-toml', 'preact', 'prom-client']) {
      expect(notices).toMatch(new RegExp(`^${library} \\d.*\\n\\n.*licen[cs]e`, 'ims'));
    }
  });

  test('is installed, runs, and leaves nothing behind when it is removed', async () => {
    const prefix = join(folder, 'prefix');
    await install(prefix);
    for (const [program, flag] of [
      ['holdfast', '--version'],
      ['autossh', '-V'],
    ] as const) {
      const { stdout } = await execa(join(prefix, 'bin', program), [flag]);
      expect(stdout).toMatch(/0\.\d+\.\d+/);
    }
    expect(existsSync(join(prefix, 'share/man/man1/holdfast.1'))).toBe(true);
    await execa('npm', ['uninstall', '--global', '--prefix', prefix, 'holdfast']);
    for (const path of ['bin/holdfast', 'bin/autossh', 'share/man/man1/holdfast.1']) {
      expect(existsSync(join(prefix, path))).toBe(false);
    }
  });
});

function withoutDot(path: string): string {
  return path.replace(/^\.\//, '');
}

describe.skipIf(noMandoc !== undefined)(`the manual ${noMandoc ?? ''}`, () => {
  test.each(['autossh.1', 'holdfast.1', 'tunnels.toml.5'])(
    '%s is clean for mandoc',
    async (name) => {
      const { stdout: page } = await execa('tar', ['-xzOf', tarball, `package/man/${name}`]);
      const lint = spawnSync('mandoc', ['-Tlint', '-W', 'warning'], {
        input: page,
        encoding: 'utf8',
      });
      expect([lint.status, lint.stdout]).toEqual([0, '']);
      const shown = spawnSync('mandoc', ['-Tascii'], { input: page, encoding: 'utf8' }).stdout;
      expect(shown).toContain('S\bSE\bEE\bE A\bAL\bLS\bSO\bO');
      expect(shown).not.toContain('`');
    },
  );
});
