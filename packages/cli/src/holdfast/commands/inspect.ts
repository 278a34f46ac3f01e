import { defineCommand, HELP_OPTION, JSON_OPTION, SAME_CONFIG_OPTION } from '../words/command.ts';
import { NOT_TOLD, NOT_RUNNING, UNREACHABLE, USAGE } from '../words/exit-meanings.ts';
import { HOLDFAST_EXIT } from '../../exit-codes.ts';

export const inspect = defineCommand({
  name: 'inspect',
  summary: 'watch the state charts of the tunnels in a browser',
  about: [
    'Opens a page that the supervisor serves on 127.0.0.1, and prints its address. The address holds a token: whoever has it can do with the tunnels what the page can. The page is served until --close, the end of the supervisor, or half an hour without anybody.',
    'A browser is opened only if stdout is a terminal, on a desktop. It is led to the page by a file that only you can read, so that the token is in no command line; a browser that may not read that file is to be given the printed address.',
  ],
  operands: [],
  options: {
    'no-open': { summary: 'only print the address' },
    port: { takes: 'N', summary: 'listen on this port; without it on any that is free' },
    stately: { summary: "the page that hands them to Stately's inspector, at stately.ai" },
    close: { summary: 'end the page and its server' },
    ...SAME_CONFIG_OPTION,
    ...JSON_OPTION,
    ...HELP_OPTION,
  },
  examples: [
    { line: 'holdfast inspect', does: 'open the page' },
    {
      line: 'ssh -L 4711:127.0.0.1:4711 gateway holdfast inspect --port 4711',
      does: "look at another machine's tunnels from here",
    },
    {
      line: 'holdfast inspect --stately',
      does: "see them in Stately's inspector; nothing is sent before you say so there",
    },
    { line: 'holdfast inspect --close', does: 'end it' },
  ],
  exits: [
    { status: HOLDFAST_EXIT.ok, when: 'the page is there, or ended with --close' },
    NOT_TOLD,
    USAGE,
    NOT_RUNNING,
    UNREACHABLE,
  ],
  json: '`{ "url" }`, the address of the page; `null` with `--close`',
});
