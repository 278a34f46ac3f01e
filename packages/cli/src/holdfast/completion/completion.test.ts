import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isShown } from '../command-line/command.ts';
import { ALL_COMMANDS } from '../commands.ts';
import { bashCompletion } from './bash.ts';
import { fishCompletion } from './fish.ts';
import { zshCompletion } from './zsh.ts';

const SHOWN = ALL_COMMANDS.filter(isShown);

let folder: string;

/** A `holdfast` that knows three names. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-'));
  const program = join(folder, 'holdfast');
  writeFileSync(
    program,
    '#!/bin/sh\n[ "$1" = complete-names ] && printf \'db\\nweb-1\\ntag:work\\n\'\n',
  );
  chmodSync(program, 0o755);
  writeFileSync(join(folder, 'tunnel.service'), '');
  writeFileSync(join(folder, 'bash'), bashCompletion(SHOWN));
  writeFileSync(join(folder, 'zsh'), zshCompletion(SHOWN));
  writeFileSync(join(folder, 'fish'), fishCompletion(SHOWN));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function isInstalled(shell: string): boolean {
  return spawnSync(shell, ['-c', 'true']).error === undefined;
}

/** What bash offers for these words, the last one being typed; divided as readline does. */
function completeInBash(line: readonly string[]): readonly string[] {
  const words = line
    .flatMap((word) => word.split(/(:)/))
    .filter((word, index) => word !== '' || index === line.length - 1);
  const script = `source ./bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _holdfast; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const env = { ...process.env, PATH: `${folder}:${process.env['PATH']}` };
  const options = { cwd: folder, env, encoding: 'utf8' } as const;
  const out = execFileSync('bash', ['--norc', '-c', script, 'bash', ...words], options);
  return out.split('\n').filter(Boolean);
}

describe.skipIf(!isInstalled('bash'))('completion in bash', () => {
  it.each<[string[], string[]]>([
    [['holdfast', 'st'], ['status']],
    [
      ['holdfast', 're'],
      ['restart', 'reload', 'record', 'replay', 'report'],
    ],
    [['holdfast', '--v'], ['--version']],
    [
      ['holdfast', 'status', ''],
      ['db', 'web-1', 'tag:work'],
    ],
    [['holdfast', 'status', 'w'], ['web-1']],
    [['holdfast', 'status', 'db', 'we'], ['web-1']],
    [['holdfast', 'status', '--w'], ['--watch']],
    [['holdfast', 'status', 'tag:'], ['work']],
    [['holdfast', 'status', 'tag:w'], ['work']],
    [['holdfast', 'why', 'db', ''], []],
    [['holdfast', 'up', '--wait', ''], []],
    [['holdfast', 'up', '--wait', '30s', 'd'], ['db']],
    [['holdfast', 'up', '--config', 'tun'], ['tunnel.service']],
    [['holdfast', 'logs', '--level', 'w'], ['warning']],
    [
      ['holdfast', 'forward', ''],
      ['add', 'remove'],
    ],
    [['holdfast', 'forward', 'add', 'd'], ['db']],
    [['holdfast', 'forward', 'add', 'db', '-L', ''], []],
    [
      ['holdfast', 'config', 's'],
      ['show', 'schema'],
    ],
    [['holdfast', 'completion', 'z'], ['zsh']],
    [['holdfast', 'import', 'tun'], ['tunnel.service']],
    [['holdfast', 'help', 'rel'], ['reload']],
  ])('%j offers %j', (line, offered) => {
    expect(completeInBash(line)).toEqual(offered);
  });
});

describe.each(['zsh', 'fish'])('completion in %s', (shell) => {
  it.skipIf(!isInstalled(shell))('is a script that the shell can read', () => {
    const { status, stderr } = spawnSync(shell, ['-n', join(folder, shell)], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  it('names every command and every option', () => {
    const script = { zsh: zshCompletion, fish: fishCompletion }[shell]!(SHOWN);
    for (const { name, options } of SHOWN) {
      expect(script).toMatch(new RegExp(`\\b${name}\\b`));
      for (const option of Object.keys(options)) {
        expect(script).toContain(shell === 'zsh' ? `--${option}[` : `-l ${option}`);
      }
    }
  });
});
