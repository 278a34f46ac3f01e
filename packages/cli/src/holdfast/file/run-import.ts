import { importTunnels, type ImportSource } from '@holdfast/config';
import { readFileSync, statSync } from 'node:fs';
import { HOLDFAST_EXIT } from '../../exit-codes.ts';
import type { ContextOf } from '../body.ts';
import { printable } from '../terminal/printable.ts';
import { sayJson } from '../terminal/say.ts';
import { CommandError } from '../words/command-error.ts';
import { existingTunnels } from './existing-tunnels.ts';

export function runImport({ env, values, operands, terminal }: ContextOf<'import'>): number {
  const imported = importTunnels(readSources(operands), { existing: existingTunnels(env) });
  if ('wrong' in imported) throw new CommandError('failed', imported.wrong);
  if (values.json === true) sayJson(terminal, imported);
  else terminal.out(imported.toml);
  for (const note of imported.notes) terminal.err(`${printable(note)}\n`);
  return HOLDFAST_EXIT.ok;
}

const STDIN = '-';

/** One word is a file, and so are more if all of them are there; else they are a command line. */
function readSources(operands: readonly string[]): readonly ImportSource[] {
  if (operands.length > 1 && !operands.every(isFile)) return [{ words: operands }];
  return (operands.length === 0 ? [STDIN] : operands).map(readSource);
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function readSource(file: string): ImportSource {
  try {
    if (file === STDIN) return { text: readFileSync(0, 'utf8') };
    return { text: readFileSync(file, 'utf8'), file };
  } catch (error) {
    const { message } = error as NodeJS.ErrnoException;
    throw new CommandError('failed', `${file} cannot be read: ${message}`);
  }
}
