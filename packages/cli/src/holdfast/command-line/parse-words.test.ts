import { describe, expect, it } from 'vitest';
import { config } from '../commands/config.ts';
import { forward } from '../commands/forward.ts';
import { logs } from '../commands/logs.ts';
import { run } from '../commands/run.ts';
import { up } from '../commands/up.ts';
import type { Command } from './command.ts';
import { parseWords } from './parse-words.ts';

describe('the words of a command', () => {
  it.each<[Command, string[], object, string[]]>([
    [up, [], {}, []],
    [up, ['db', 'tag:web'], {}, ['db', 'tag:web']],
    [up, ['--wait', '30s', 'db', '--json'], { wait: '30s', json: true }, ['db']],
    [up, ['--wait=30s'], { wait: '30s' }, []],
    [up, ['--', '--odd'], {}, ['--odd']],
    [logs, ['-fn', '5'], { follow: true, lines: '5' }, []],
    [forward, ['add', 'gw', '-L', '80:a:80'], { local: '80:a:80' }, ['add', 'gw']],
    [forward, ['add', 'gw', '-R80:a:80'], { remote: '80:a:80' }, ['add', 'gw']],
    [run, ['-p', '22', 'gw', '--json'], {}, ['-p', '22', 'gw', '--json']],
    [
      run,
      ['--json', '--name', 'a', '-L', '1:a:1', 'gw'],
      { json: true, name: 'a' },
      ['-L', '1:a:1', 'gw'],
    ],
    [run, ['--poll=2s', '-v', 'gw'], { poll: '2s' }, ['-v', 'gw']],
    [run, ['--json', '--', '-v', 'gw'], { json: true }, ['-v', 'gw']],
    [run, ['-h'], { help: true }, []],
  ])('%o %j are understood', (command, words, values, operands) => {
    const parsed = parseWords(command, words);
    expect({ ...parsed.values }).toEqual(values);
    expect(parsed.operands).toEqual(operands);
  });

  it.each<[Command, string[], string]>([
    [up, ['--jsno'], 'unknown option --jsno; did you mean --json?'],
    [up, ['--wai', '3s'], 'unknown option --wai; did you mean --wait?'],
    [up, ['-x'], 'unknown option -x'],
    [up, ['--wait'], '--wait needs a TIME; if it begins with "-", write --wait=TIME'],
    [up, ['--wait', '--json'], '--wait needs a TIME; if it begins with "-", write --wait=TIME'],
    [up, ['--json=yes'], '--json takes no value'],
    [logs, ['--level', 'loud'], '--level must be debug, info, warning or error, not loud'],
    [config, [], 'missing WHAT: show, path or schema'],
    [config, ['shwo'], 'WHAT must be show, path or schema, not "shwo"; did you mean show?'],
    [forward, ['add'], 'missing NAME'],
    [forward, ['add', 'gw', 'local', '1:a:1', 'more'], 'unexpected argument "more"'],
    [run, ['--jsno', 'gw'], 'unknown option --jsno; did you mean --json?'],
    [run, ['--name'], '--name needs a NAME; if it begins with "-", write --name=NAME'],
  ])('%o %j make no sense', (command, words, sentence) => {
    expect(() => parseWords(command, words)).toThrow(
      expect.objectContaining({
        code: 'usage',
        message: expect.stringMatching(new RegExp(`^${escape(sentence)}\nusage: holdfast `)),
      }),
    );
  });

  it('help is given whatever else is missing', () => {
    expect(parseWords(forward, ['--help']).values.help).toBe(true);
  });
});

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
