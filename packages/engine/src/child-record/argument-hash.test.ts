import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hasArguments, hashArguments } from './argument-hash.ts';

const ARGS = ['-N', '-L', '5432:db:5432', '-o', 'ProxyCommand nc %h %p', '', 'host'];
const LINE = ARGS.join(' ');

test.each([
  [`ssh ${LINE}`, true],
  [`/usr/bin/setpriv --pdeathsig TERM -- ssh ${LINE}`, true],
  [`/bin/sh /opt/ssh ${LINE}`, true],
  [`ssh -4 ${LINE} -v`, true],
  [LINE, true],
  [`ssh ${LINE}name`, false],
  [`ssh ${ARGS.slice(1).join(' ')}`, false],
  ['ssh -N host', false],
  ['', false],
])('%j is a command line with the arguments: %s', (commandLine, verdict) => {
  expect(hasArguments(commandLine, hashArguments(ARGS))).toBe(verdict);
});

const word = fc.string({ unit: fc.constantFrom('a', 'b', '-', ' ', 'é') });

test('arguments are found in every command line that has them', () => {
  fc.assert(
    fc.property(fc.array(word), fc.array(word), fc.array(word), (before, args, after) => {
      const line = ['ssh', ...before, ...args, ...after].join(' ');
      expect(hasArguments(line, hashArguments(args))).toBe(true);
    }),
  );
});

test('arguments are found in no command line without them', () => {
  fc.assert(
    fc.property(fc.array(word, { minLength: 1 }), word, (args, other) => {
      const [wanted, all] = [args.join(' '), other].map((text) => text.replace(/ +/g, ' ').trim());
      fc.pre(wanted !== '' && !` ${all} `.includes(` ${wanted} `));
      expect(hasArguments(other, hashArguments(args))).toBe(false);
    }),
  );
});
