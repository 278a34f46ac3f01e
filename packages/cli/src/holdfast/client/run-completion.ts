import { HOLDFAST_EXIT } from '../../exit-codes.ts';
import type { ContextOf } from '../body.ts';
import { shownCommands } from '../commands.ts';
import { bashCompletion } from '../completion/bash.ts';
import { fishCompletion } from '../completion/fish.ts';
import { zshCompletion } from '../completion/zsh.ts';

const SCRIPTS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;

export function runCompletion({ operands, terminal }: ContextOf<'completion'>): number {
  const [shell] = operands;
  terminal.out(SCRIPTS[shell as keyof typeof SCRIPTS](shownCommands()));
  return HOLDFAST_EXIT.ok;
}
