import { defineCommand, HELP_OPTION } from '../words/command.ts';
import { DONE, USAGE } from '../words/exit-meanings.ts';

export const chart = defineCommand({
  name: 'chart',
  summary: 'print the state chart that runs every tunnel',
  about: [
    "json is the machine as Stately's editor imports it (stately.ai/editor) and createMachine of XState takes it; mermaid and svg are pictures.",
    'A state is one of gating, connecting, healthy, probing, backoff, stopping, stopped and failed, a step within one, such as waiting, or a path, such as running.healthy. In svg and mermaid it is shown as active; json is then of this state alone.',
  ],
  operands: [],
  options: {
    format: {
      takes: 'FORMAT',
      choices: ['json', 'mermaid', 'svg'],
      summary: 'what to print (json)',
    },
    state: { takes: 'NAME', summary: 'show this state as active, or print it alone' },
    theme: { takes: 'THEME', choices: ['light', 'dark'], summary: 'the colours of svg (light)' },
    ...HELP_OPTION,
  },
  examples: [
    { line: 'holdfast chart > tunnel.json', does: "for Stately's editor" },
    { line: 'holdfast chart --format svg --state probing > probing.svg', does: 'a picture' },
    { line: 'holdfast chart --format mermaid', does: 'for a page of Markdown' },
  ],
  exits: [DONE, USAGE],
});
