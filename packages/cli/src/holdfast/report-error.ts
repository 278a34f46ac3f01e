import type { LocatedError } from '@holdfast/config';
import { renderErrors } from '@holdfast/config';
import { readFileSync } from 'node:fs';
import { HOLDFAST_EXIT } from '../exit-codes.ts';
import { printable } from './terminal/printable.ts';
import type { Terminal } from './terminal/terminal.ts';
import { CommandError, exitOf } from './words/command-error.ts';

/** Tells why a command was not carried out: a sentence on stderr, with `--json` the error on stdout as well. */
export function reportError(error: unknown, wantsJson: boolean, terminal: Terminal): number {
  if (!(error instanceof CommandError)) return reportBug(error, wantsJson, terminal);
  const { code, message, more } = error;
  const { locations } = more;
  if (wantsJson) writeError(terminal, { code, message: firstLine(message), locations });
  if (locations !== undefined) terminal.err(`${renderErrors(locations, textOf(locations))}\n\n`);
  terminal.err(`holdfast: ${message.split('\n').map(printable).join('\n')}\n`);
  if (code === 'usage')
    terminal.err(`Try '${['holdfast', 'help', more.command ?? []].flat().join(' ')}'.\n`);
  return exitOf(error);
}

/** An error that nobody has thought of: everything about it helps. */
function reportBug(error: unknown, wantsJson: boolean, terminal: Terminal): number {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  if (wantsJson) writeError(terminal, { code: 'internal', message: firstLine(text) });
  terminal.err(`holdfast: internal error: ${text}\n`);
  return HOLDFAST_EXIT.error;
}

function writeError(terminal: Terminal, error: object): void {
  terminal.out(`${JSON.stringify({ error })}\n`);
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]!;
}

/** The file that the errors are about, to show their lines. */
function textOf([first]: readonly LocatedError[]): string {
  try {
    return first === undefined ? '' : readFileSync(first.file, 'utf8');
  } catch {
    return '';
  }
}
