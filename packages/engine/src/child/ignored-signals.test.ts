import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { skipWithout } from '../testing/missing-part.ts';
import { launchedProgram, withIgnoredSignals } from './launched-program.ts';

const COMMAND = { file: 'ssh', args: ['-N', '', 'host'] };

test.each([[undefined], [[]], [['SIGTERM'] as const]])(
  'with %j to ignore a command stays as it is',
  (ignores) => {
    expect(withIgnoredSignals(COMMAND, ignores)).toEqual(COMMAND);
  },
);

test('no word of a command becomes part of what sh reads', () => {
  const [, script, ...words] = withIgnoredSignals(COMMAND, ['SIGHUP', 'SIGTERM', 'SIGINT']).args;
  expect(script).toBe(withIgnoredSignals({ file: '$(id)', args: [] }, ['SIGQUIT']).args[1]);
  expect(words).toEqual(['sh', '1 2', 'ssh', '-N', '', 'host']);
});

describe.skipIf(skipWithout('/proc', process.platform === 'linux'))('a program', () => {
  test.each([[true], [false]])(
    'ignores these signals from its start on (it survives its parent: %s)',
    (survivesParent) => {
      const { file, args } = launchedProgram({
        file: 'grep',
        args: ['SigIgn', '/proc/self/status'],
        ignores: ['SIGHUP', 'SIGQUIT', 'SIGPIPE', 'SIGTSTP'],
        survivesParent,
      });
      const bits = execFileSync(file, args, { encoding: 'latin1' }).split('\t')[1];
      expect(Number(`0x${bits!.trim()}`)).toBe(1 + 4 + 2 ** 12 + 2 ** 19);
    },
  );
});
