import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findOptionFaults } from './ssh-options.ts';

describe("ssh's own arguments", () => {
  it.each([
    [[]],
    [['-p', '2222', '-i', '~/.ssh/db']],
    [['-p2222', '-4', '-vvC']],
    [['-vp', '2222']],
    [['-o', 'StrictHostKeyChecking=yes', '-oBatchMode=no', '-o Compression=yes']],
    [['-o', '-L is an argument here']],
    [['-J', 'jump,other']],
    [['-oForkAfterAuthentication=no', '-o', 'ControlPersist "no"']],
    [['-i', '-oForkAfterAuthentication=yes']],
  ])('%j are fine', (words) => {
    expect(findOptionFaults(words)).toEqual([]);
  });

  it.each([
    [['host'], 0, '"host" is not an option'],
    [['-4', 'host', '-6'], 1, '"host" is not an option'],
    [[''], 0, '"" is not an option'],
    [['-'], 0, 'ssh has no option "-"'],
    [['--'], 0, 'ssh has no option "--"'],
    [['--port'], 0, 'ssh has no option "--port"'],
    [['-4z'], 0, 'ssh has no option -z'],
    [['-o'], 0, '"-o" needs an argument'],
    [['-f'], 0, 'with -f ssh does not keep a tunnel up'],
    [['-vf'], 0, 'with -f ssh does not keep a tunnel up'],
    [
      ['-4', '-o', 'ForkAfterAuthentication=yes'],
      1,
      'with ForkAfterAuthentication=yes ssh goes to the background, and is no longer watched',
    ],
    [
      ['-oforkafterauthentication true'],
      0,
      'with forkafterauthentication true ssh goes to the background, and is no longer watched',
    ],
    [
      ['-vo', '"ControlPersist" 10m'],
      0,
      'with "ControlPersist" 10m ssh goes to the background, and is no longer watched',
    ],
    [['-O', 'exit'], 0, 'with -O ssh does not keep a tunnel up'],
  ])('%j has a fault at %i', (words, index, wrong) => {
    expect(findOptionFaults(words)).toEqual([{ index, wrong }]);
  });

  it.each([
    [['-p 22'], '"-p 22" is two words in one', '"-p", "22"'],
    [['-L', '80:a:80'], '-L is a forward', 'local = [...]'],
    [['-R80:a:80'], '-R is a forward', 'remote = [...]'],
    [['-D', '1080'], '-D is a forward', 'socks = [...]'],
  ])('%j was meant otherwise', (words, wrong, nearest) => {
    expect(findOptionFaults(words)).toEqual([{ index: 0, wrong, nearest }]);
  });

  it('every fault is about one of the words', () => {
    const word = fc.oneof(fc.string(), fc.constantFrom('-o', '-p', '-L', '-4', '-f', 'x', '-'));
    fc.assert(
      fc.property(fc.array(word), (words) => {
        for (const { index } of findOptionFaults(words)) expect(words).toHaveProperty([index]);
      }),
    );
  });
});
