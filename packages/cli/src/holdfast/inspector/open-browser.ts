import { spawn } from 'node:child_process';
import { closeSync, constants, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '../context.ts';

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;
const OWNER_ONLY = 0o600;
const SIGNPOST = 'inspect.html';

/** Where a browser is opened. */
export interface Desktop {
  readonly env: Environment;
  /** The user's own directory, closed to all others. */
  readonly runtime: string;
  /** Default: this system's. */
  readonly platform?: NodeJS.Platform;
}

/**
 * Opens a page in the user's browser, if there is a desktop; whether it worked is seen by the user alone.
 *
 * The address would stand in the list of processes, and its token with it. What stands there instead is a file of 0600 that leads to it.
 */
export function openBrowser(url: string, { env, runtime, platform = process.platform }: Desktop) {
  const opener = openerOf(env, platform);
  if (opener === undefined) return;
  const child = spawn(opener, [writeSignpost(url, runtime)], {
    env: { ...env },
    stdio: 'ignore',
    detached: true,
  });
  // Without the opener there is still the printed address.
  child.on('error', () => undefined);
  child.unref();
}

/** The program that opens a file with what the user likes; `undefined` where nobody sees it. */
export function openerOf(env: Environment, platform: NodeJS.Platform): string | undefined {
  if (platform === 'darwin') return 'open';
  const { DISPLAY = '', WAYLAND_DISPLAY = '' } = env;
  return DISPLAY === '' && WAYLAND_DISPLAY === '' ? undefined : 'xdg-open';
}

/** Removes the file that led to a page. */
export function removeSignpost(folder: string): void {
  rmSync(join(folder, SIGNPOST), { force: true });
}

/** Writes the file that leads to the page; it runs nothing. A file that is there is not followed, but replaced. */
export function writeSignpost(url: string, folder: string): string {
  removeSignpost(folder);
  const path = join(folder, SIGNPOST);
  const fd = openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, OWNER_ONLY);
  try {
    writeSync(fd, signpost(url));
  } finally {
    closeSync(fd);
  }
  return path;
}

function signpost(url: string): string {
  return [
    '<!doctype html>',
    '<meta charset="utf-8">',
    '<meta name="referrer" content="no-referrer">',
    `<meta http-equiv="refresh" content="0; url=${url}">`,
    '<title>Holdfast</title>',
    `<p><a href="${url}">The inspector of Holdfast</a></p>`,
    '',
  ].join('\n');
}
