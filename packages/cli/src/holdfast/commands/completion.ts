import { defineCommand, HELP_OPTION } from '../words/command.ts';
import { DONE, USAGE } from '../words/exit-meanings.ts';

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
