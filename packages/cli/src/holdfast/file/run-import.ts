import { importTunnels, type ImportSource } from '@holdfast/config';
import { readFileSync } from 'node:fs';
import { HOLDFAST_EXIT } from '../../exit-codes.ts';
import type { ContextOf } from '../body.ts';
import { printable } from '../terminal/printable.ts';
import { sayJson } from '../terminal/say.ts';
import { CommandError } from '../words/command-error.ts';

export function runImport({ values, operands, terminal }: ContextOf<'import'>): number {
  const imported = importTunnels(readSource(operands));
  if ('wrong' in imported) throw new CommandError('failed', imported.wrong);
  if (values.json === true) sayJson(terminal, imported);
  else terminal.out(imported.toml);
  for (const note of imported.notes) terminal.err(`${printable(note)}\n`);
  return HOLDFAST_EXIT.ok;
}

const STDIN = '-';

/** One word is a file; more are a command line. */
function readSource(operands: readonly string[]): ImportSource {
  if (operands.length > 1) return { words: operands };
  const [file = STDIN] = operands;
  try {
    if (file === STDIN) return { text: readFileSync(0, 'utf8') };
    return { text: readFileSync(file, 'utf8'), file };
  } catch (error) {
    const { message } = error as NodeJS.ErrnoException;
    throw new CommandError('failed', `${file} cannot be read: ${message}`);
  }
}
