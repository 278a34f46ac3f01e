import { HOLDFAST_EXIT } from '../../../exit-codes.ts';
import { defineCommand, DONE, HELP_OPTION, isShown, USAGE } from '../../command-line/command.ts';
import { bashCompletion } from '../../completion/bash.ts';
import { fishCompletion } from '../../completion/fish.ts';
import { zshCompletion } from '../../completion/zsh.ts';
import type { ContextOf } from '../../context.ts';

export const completion = defineCommand({
  name: 'completion',
  summary: 'print a script that completes commands, options and names of tunnels',
  about: ['The script is for the start-up file of the shell, or the directory of its completions.'],
  operands: [{ label: 'SHELL', kind: 'text', choices: ['bash', 'zsh', 'fish'] }],
  options: { ...HELP_OPTION },
  examples: [
    { line: 'source <(holdfast completion bash)', does: 'in ~/.bashrc' },
    { line: 'source <(holdfast completion zsh)', does: 'in ~/.zshrc, behind compinit' },
    {
      line: 'holdfast completion fish > ~/.config/fish/completions/holdfast.fish',
      does: 'once',
    },
  ],
  exits: [DONE, USAGE],
});

const SCRIPTS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;

export function runCompletion({
  operands,
  terminal,
  commands,
}: ContextOf<typeof completion>): number {
  const [shell] = operands;
  terminal.out(SCRIPTS[shell as keyof typeof SCRIPTS](commands.filter(isShown)));
  return HOLDFAST_EXIT.ok;
}
