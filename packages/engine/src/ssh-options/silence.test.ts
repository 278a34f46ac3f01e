import { describe, expect, it } from 'vitest';
import { findSilences } from './silence.ts';

describe('what keeps ssh from saying why it ends', () => {
  it.each<[options: readonly string[], found: readonly [string, string?][]]>([
    [[], []],
    [['-q'], [['-q']]],
    [['-Cq4'], [['-q']]],
    [['-o', 'LogLevel QUIET'], [['LogLevel QUIET']]],
    [['-oLogLevel=fatal'], [['LogLevel=fatal']]],
    [['-oLogLevel=ERROR'], []],
    // Of two values ssh takes the first, of flags the last.
    [['-oLogLevel=INFO', '-oLogLevel=QUIET'], []],
    [['-oLogLevel=INFO', '-q'], [['-q']]],
    [['-q', '-v'], []],
    [['-vq'], [['-q']]],
    [['-E', '/tmp/log'], [['-E', '/tmp/log']]],
    [['-y'], [['-y', 'the system log']]],
    [['-qy'], [['-q'], ['-y', 'the system log']]],
    [['-l', '-q', '-p', '22'], []],
  ])('%j', (options, found) => {
    expect(findSilences(options)).toEqual(
      found.map(([option, elsewhere]) => ({ option, elsewhere })),
    );
  });
});
