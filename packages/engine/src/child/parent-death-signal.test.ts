import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { skipWithout } from '../testing/missing-part.ts';
import { withParentDeathSignal } from './launched-program.ts';

const COMMAND = { file: 'ssh', args: ['-N', '', 'host'] };

test('a command that survives its parent stays as it is', () => {
  expect(withParentDeathSignal({ ...COMMAND, survivesParent: true })).toEqual(COMMAND);
});

describe.skipIf(skipWithout('/usr/bin/setpriv', existsSync('/usr/bin/setpriv')))('setpriv', () => {
  test('goes in front of any other command', () => {
    expect(withParentDeathSignal(COMMAND)).toEqual({
      file: '/usr/bin/setpriv',
      args: ['--pdeathsig', 'TERM', '--', 'ssh', '-N', '', 'host'],
    });
  });

  test('sends the signal that the command asks for', () => {
    const { args } = withParentDeathSignal({ ...COMMAND, deathSignal: 'KILL' });
    expect(args.slice(0, 2)).toEqual(['--pdeathsig', 'KILL']);
  });
});
