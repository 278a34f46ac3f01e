import { ensurePrivateFolder } from '@holdfast/control';
import { readPageFiles, recordingSource, serveInspector } from '@holdfast/inspector';
import type { Step } from '@holdfast/recording';
import { basename, dirname, join } from 'node:path';
import { HOLDFAST_EXIT } from '../../exit-codes.ts';
import { VERSION } from '../../version.ts';
import { findPaths } from '../client/places.ts';
import type { CommandContext } from '../context.ts';
import { say } from '../terminal/say.ts';
import { whenInterrupted } from '../terminal/when-interrupted.ts';
import { openBrowser } from './open-browser.ts';

/** What a command that shows a recording has. */
type Showing = Pick<CommandContext, 'operands' | 'terminal' | 'env' | 'script'>;

/** Serves a recording that was played, until somebody interrupts this command or nobody looks any more. */
export async function showRecording(
  steps: ReadonlyMap<string, readonly Step[]>,
  { operands: [file = '-'], terminal, env, script }: Showing,
): Promise<number> {
  const title = file === '-' ? 'a recording' : basename(file);
  const server = await serveInspector(recordingSource({ title, version: VERSION, steps }), {
    files: readPageFiles(join(dirname(script), 'page')),
  });
  say(terminal, server.url);
  if (terminal.outIsTerminal) showInBrowser(server.url, env);
  const release = whenInterrupted(() => void server.close('the command that served it has ended'));
  await server.closed;
  release();
  return HOLDFAST_EXIT.ok;
}

/** The printed address is enough where no file can lead a browser to it. */
function showInBrowser(url: string, env: Showing['env']): void {
  try {
    const { runtime } = findPaths(env);
    ensurePrivateFolder(runtime);
    openBrowser(url, { env, runtime });
  } catch {
    // It is printed.
  }
}
