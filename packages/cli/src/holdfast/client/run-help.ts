import { HOLDFAST_EXIT } from '../../exit-codes.ts';
import type { ContextOf } from '../body.ts';
import { findCommand } from '../commands.ts';
import { formatHelp, formatOverview } from '../help.ts';
import { unknownCommand } from '../run-holdfast.ts';

export function runHelp({ operands: [name], terminal }: ContextOf<'help'>): number {
  terminal.out(name === undefined ? formatOverview() : helpOf(name));
  return HOLDFAST_EXIT.ok;
}

function helpOf(name: string): string {
  const command = findCommand(name);
  if (command === undefined) throw unknownCommand(name);
  return formatHelp(command);
}
