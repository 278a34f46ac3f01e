import { HOLDFAST_EXIT } from '../../exit-codes.ts';
import type { ContextOf } from '../body.ts';
import { inspect as inspectCommand } from '../commands/inspect.ts';
import { say, sayJson } from '../terminal/say.ts';
import { usageError } from '../words/parse-words.ts';
import { askSupervisor, findPaths } from '../client/supervisor.ts';

export async function runInspect(context: ContextOf<'inspect'>): Promise<number> {
  const { values, env, terminal } = context;
  const order = readOrder(values);
  const { url: opened } = await askSupervisor(context, (client) => client.inspect(order));
  const answer = { url: values.stately === true && opened !== null ? statelyUrl(opened) : opened };
  if (values.json === true) sayJson(terminal, answer);
  else say(terminal, answer.url ?? 'the inspector is closed');
  const isSilent = values['no-open'] === true || values.json === true || !terminal.outIsTerminal;
  // Only here: no other command is to load what starts programs.
  const { openBrowser, removeSignpost } = await import('./open-browser.ts');
  const { runtime } = findPaths(env);
  if (answer.url === null) removeSignpost(runtime);
  else if (!isSilent) openBrowser(answer.url, { env, runtime });
  return HOLDFAST_EXIT.ok;
}

/** The page for Stately's inspector is beside the other; the token stays in the fragment. */
function statelyUrl(url: string): string {
  return Object.assign(new URL(url), { pathname: '/stately' }).href;
}

function readOrder({ port, close, stately }: ContextOf<'inspect'>['values']) {
  if (close === true && port !== undefined) {
    throw usageError(inspectCommand, '--close takes no --port');
  }
  if (close === true && stately === true) {
    throw usageError(inspectCommand, '--close takes no --stately');
  }
  if (close === true) return { close };
  return port === undefined ? {} : { port: readPort(port) };
}

function readPort(written: string): number {
  const port = Number(written);
  if (/^\d{1,5}$/.test(written) && port >= 1 && port <= 65_535) return port;
  throw usageError(inspectCommand, `--port ${written} is no port: take one from 1 to 65535`);
}
