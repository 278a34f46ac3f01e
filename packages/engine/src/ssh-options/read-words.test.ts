import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readOptionWord, readSshWords, SSH_LETTERS } from './read-words.ts';

describe('a command line of ssh', () => {
  test.each<[line: string, options: readonly string[], host?: string, command?: string]>([
    ['', []],
    ['host', [], 'host'],
    ['-4vp22 -o A=b -i/x host', ['4', 'v', 'p 22', 'o A=b', 'i /x'], 'host'],
    ['-vo -L host', ['v', 'o -L'], 'host'],
    ['-l -N host', ['l -N'], 'host'],
    ['host -N -p 22', ['N', 'p 22'], 'host'],
    ['-N host -4 cmd -q', ['N', '4'], 'host', 'cmd -q'],
    ['host cmd -- -q', [], 'host', 'cmd -- -q'],
    ['host -- -q', [], 'host', '-q'],
    ['-N -- host -q', ['N'], 'host', '-q'],
    ['-- host', [], 'host'],
    ['-N --', ['N']],
    ['-o -- host', ['o --'], 'host'],
    ['- cmd', [], '-', 'cmd'],
    ['-p', ['p']],
    ['-P tag -N host', ['P tag', 'N'], 'host'],
    // What ssh refuses: it reads no further in that word.
    ['-4zp 22', ['4', 'z'], '22'],
    ['--verbose host', ['-'], 'host'],
  ])('%s', (line, options, host, command) => {
    const words = line.split(' ').filter((word) => word !== '');
    const read = readSshWords(words);
    const said = read.options.map(({ letter, argument }) => `${letter} ${argument}`.trimEnd());
    expect(said).toEqual(options);
    expect(words[read.hostAt]).toBe(host);
    expect(words.slice(read.commandAt).join(' ')).toBe(command ?? '');
  });

  test('each word is an option, its argument, the host, "--" or of the command', () => {
    const word = fc.constantFrom('-o', '-4', '-p22', '-vz', 'a', 'b', '--', '-', '--x', '');
    fc.assert(
      fc.property(fc.array(word), (words) => {
        const { optionWords, hostAt, commandAt } = readSshWords(words);
        const seen = optionWords.flatMap(({ index, next }) =>
          words.slice(index, next).map((_, offset) => index + offset),
        );
        if (hostAt < words.length) seen.push(hostAt);
        for (let at = commandAt; at < words.length; at += 1) seen.push(at);
        const others = words.filter((_, index) => !seen.includes(index));
        expect(new Set(seen).size).toBe(seen.length);
        expect(['', '--']).toContain(others.join(' '));
      }),
    );
  });
});

test.each([
  [['-4vp22', 'x'], { flags: '4v', letter: 'p', joined: '22', argument: '22', next: 1 }],
  [['-4vp', '22'], { flags: '4v', letter: 'p', joined: '', argument: '22', next: 2 }],
  [['-4vp'], { flags: '4v', letter: 'p', joined: '', argument: undefined, next: 2 }],
  [['-4v', 'x'], { flags: '4v', letter: '', joined: '', argument: '', next: 1 }],
  [['-4€p', 'x'], { flags: '4€', letter: '', joined: '', argument: '', next: 1 }],
])('%j is taken apart', (words, expected) => {
  expect(readOptionWord(words, 0)).toEqual({ index: 0, ...expected });
});

test.each([
  ['-NPtag', 'N', 'P', 'tag'],
  ['-NP', 'NP', '', ''],
  ['-PN', '', 'P', 'N'],
])('a letter with an argument only where one is joined: %s', (word, flags, letter, joined) => {
  const withArgument = SSH_LETTERS.withArgument.replace('P', '');
  const read = readOptionWord([word, 'next'], 0, { ...SSH_LETTERS, withArgument, withJoined: 'P' });
  expect(read).toMatchObject({ flags, letter, joined, next: 1 });
});
