import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { skipWithout } from '../../engine/src/testing/missing-part.ts';
import { scratchFolder } from '../../engine/src/testing/scratch-folder.ts';

const LAUNCHER = readFileSync(new URL('../scripts/launcher.sh', import.meta.url), 'utf8');

/** What stands behind the launcher: tells everything that reached it. */
const TELLER = `
console.log(JSON.stringify({
  pid: process.pid,
  ignored: process.env.HOLDFAST_IGNORED,
  script: __filename,
  options: process.execArgv,
  words: require('node:fs').readFileSync('/proc/self/cmdline', 'latin1').split('\\0').slice(2, -1),
}));
`;

interface Told {
  readonly pid: number;
  readonly ignored?: string;
  readonly script: string;
  readonly options: readonly string[];
  readonly words: readonly string[];
}

const folder = scratchFolder();
/** A path that has everything in it that a path can have. */
const program = folder.file(`-a 'b' "c" %d $e \n;*/auto ssh`);

beforeAll(() => {
  mkdirSync(dirname(program));
  writeFileSync(program, LAUNCHER + TELLER);
  chmodSync(program, 0o755);
});
afterAll(() => folder.remove());

const environment = { PATH: `${dirname(process.execPath)}:/usr/bin:/bin` };

/** Runs a script of sh, in which "$@" is a command. */
function run(script: string, command: readonly string[], cwd = folder.path) {
  const words = ['-c', script, 'sh', ...command];
  return spawnSync('/bin/sh', words, { cwd, env: environment, encoding: 'utf8' });
}

function told(script: string, command: readonly string[], cwd?: string): Told & { own: number } {
  const { stdout, stderr, pid: own } = run(script, command, cwd);
  expect(stderr).toBe('');
  return { ...(JSON.parse(stdout) as Told), own };
}

/** Every byte that can be in a word, as sh's printf writes it. */
const ALL_BYTES = Array.from({ length: 255 }, (_, index) => index + 1);
const OCTAL = ALL_BYTES.map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');

describe('what a program begins with', () => {
  test('is a comment to JavaScript', () => {
    const { script } = JSON.parse(execFileSync(process.execPath, [program], { encoding: 'utf8' }));
    expect(script).toBe(program);
  });

  test('starts node as the same process, through any link', () => {
    symlinkSync(program, folder.file('link'));
    const { pid, own, script, options } = told('exec "$@"', ['./link']);
    expect(pid).toBe(own);
    expect(script).toBe(program);
    expect(options).toEqual([]);
  });

  test('is found in PATH, also in a folder whose name begins with a hyphen', () => {
    const inPath = `PATH="$1:$PATH"; exec 'auto ssh'`;
    const name = dirname(program).slice(folder.path.length + 1);
    expect(told(inPath, [name]).script).toBe(program);
  });

  test('leaves nothing of its own in the environment when no signal is ignored', () => {
    expect(told('exec "$@"', [program]).ignored).toBeUndefined();
  });

  const SHELLS: readonly (readonly [string, readonly string[]])[] = [
    ['sh', ['/bin/sh']],
    ['dash', ['dash']],
    ['bash', ['bash', '--posix']],
    ['busybox', ['busybox', 'sh']],
    ['zsh', ['zsh', '--emulate', 'sh']],
  ];
  const isThere = ([name]: readonly string[]) => spawnSync(name!, ['-c', ':']).error === undefined;

  describe.each(SHELLS)('under %s', (name, shell) => {
    describe.skipIf(skipWithout(name, isThere(shell)))(`(${shell.join(' ')})`, () => {
      // zsh lets a script trap what was ignored before it began, so that its SIGQUIT cannot be told from the one it ignores itself.
      const withQuit = name === 'zsh' ? [] : [['HUP INT QUIT', 7] as const, ['QUIT', 4] as const];
      test.each([['HUP', 1] as const, ['INT PIPE TSTP', 2 + 4096 + 2 ** 19] as const, ...withQuit])(
        'tells that %s are ignored',
        (names, bits) => {
          const { ignored } = told(`trap '' ${names}; exec "$@"`, [...shell, '-', program]);
          expect(Number(ignored)).toBe(bits);
        },
      );

      test('takes no signal for ignored that it ignores only itself', () => {
        expect(told('exec "$@"', [...shell, '-', program]).ignored).toBeUndefined();
      });

      test('hands over every word as it is', () => {
        const words = ['', '-x', '$(id)', '*', ' a  b ', "'", '"', '\\', 'c\nd', ''];
        const script = `exec "$@" "$(printf '${OCTAL}x')"`;
        expect(told(script, [...shell, '-', program, ...words]).words).toEqual([
          ...words,
          `${Buffer.from(ALL_BYTES).toString('latin1')}x`,
        ]);
      });
    });
  });

  describe('without node in PATH', () => {
    const nowhere = `PATH=/nowhere; exec "$@"`;

    test('says what is missing, and where it was looked for', () => {
      const { status, stderr, stdout } = run(nowhere, [program]);
      expect([status, stdout]).toEqual([127, '']);
      expect(stderr).toContain('node is not in PATH (/nowhere)');
    });

    test('takes the node beside it', () => {
      const bin = folder.file('bin');
      mkdirSync(bin);
      symlinkSync(program, join(bin, 'autossh'));
      symlinkSync(process.execPath, join(bin, 'node'));
      expect(told(nowhere, [join(bin, 'autossh')]).script).toBe(program);
    });
  });
});
