import { HOLDFAST_EXIT } from '../../exit-codes.ts';
import { askSupervisor } from '../client/ask-supervisor.ts';
import { findPaths } from '../client/places.ts';
import {
  defineCommand,
  HELP_OPTION,
  JSON_OPTION,
  NOT_RUNNING,
  NOT_TOLD,
  SAME_CONFIG_OPTION,
  UNREACHABLE,
  USAGE,
} from '../command-line/command.ts';
import { usageError } from '../command-line/parse-words.ts';
import type { ContextOf } from '../context.ts';
import { say, sayJson } from '../terminal/say.ts';

export const inspect = defineCommand({
  name: 'inspect',
  summary: 'watch the state charts of the tunnels in a browser',
  about: [
    'Opens a page that the supervisor serves on 127.0.0.1, and prints its address. The address holds a token: whoever has it can do with the tunnels what the page can. The page is served until --close, the end of the supervisor, or half an hour without a viewer.',
    'A browser is opened only if stdout is a terminal, on a desktop. It gets there through a file that only you can read, so that the token is in no command line; a browser that cannot read that file needs the printed address.',
  ],
  operands: [],
  options: {
    'no-open': { summary: 'only print the address' },
    port: { takes: 'N', summary: 'listen on this port; without it on any that is free' },
    stately: { summary: "the page that passes them on to Stately's inspector, at stately.ai" },
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
    { status: HOLDFAST_EXIT.ok, when: 'the page is open, or was closed with --close' },
    NOT_TOLD,
    USAGE,
    NOT_RUNNING,
    UNREACHABLE,
  ],
  json: '`{ "url" }`, the address of the page; `null` with `--close`',
});

export async function runInspect(context: ContextOf<typeof inspect>): Promise<number> {
  const { values, env, terminal } = context;
  const order = readOrder(values);
  const { url: opened } = await askSupervisor(context, (client) => client.inspect(order));
  const answer = { url: values.stately === true && opened !== null ? statelyUrl(opened) : opened };
  if (values.json === true) sayJson(terminal, answer);
  else say(terminal, answer.url ?? 'the inspector is closed');
  const isSilent = values['no-open'] === true || values.json === true || !terminal.outIsTerminal;
  // Only here: no other command is to load what starts programs.
  const { openBrowser, removeSignpost } = await import('../inspector/open-browser.ts');
  const { runtime } = findPaths(env);
  if (answer.url === null) removeSignpost(runtime);
  else if (!isSilent) openBrowser(answer.url, { env, runtime });
  return HOLDFAST_EXIT.ok;
}

/** The page for Stately's inspector is beside the other; the token stays in the fragment. */
function statelyUrl(url: string): string {
  return Object.assign(new URL(url), { pathname: '/stately' }).href;
}

function readOrder({ port, close, stately }: ContextOf<typeof inspect>['values']) {
  if (close === true && port !== undefined) {
    throw usageError(inspect, '--close cannot be used with --port');
  }
  if (close === true && stately === true) {
    throw usageError(inspect, '--close cannot be used with --stately');
  }
  if (close === true) return { close };
  return port === undefined ? {} : { port: readPort(port) };
}

function readPort(written: string): number {
  const port = Number(written);
  if (/^\d{1,5}$/.test(written) && port >= 1 && port <= 65_535) return port;
  throw usageError(inspect, `--port must be a number from 1 to 65535, not ${written}`);
}
