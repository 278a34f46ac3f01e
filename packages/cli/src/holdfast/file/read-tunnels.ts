import { loadTunnels } from '@holdfast/config';
import { systemErrorText, type TunnelSpec } from '@holdfast/engine';
import { resolve } from 'node:path';
import type { Environment } from '../body.ts';
import { findPaths } from '../client/supervisor.ts';
import { count } from '../terminal/say.ts';
import { CommandError } from '../words/command-error.ts';
import { readTunnelsText } from './open-tunnels-file.ts';

/** A file of tunnels that has no errors. */
export interface TunnelsFile {
  /** Absolute. */
  readonly path: string;
  readonly tunnels: readonly TunnelSpec[];
}

/** The file that is meant: the one that is named, or the usual one. */
export function configPath(env: Environment, named: string | undefined): string {
  return named === undefined ? findPaths(env).config : resolve(named);
}

/**
 * Reads a file of tunnels. Throws a {@link CommandError} `config-unreadable` or `config-invalid`.
 *
 * @param consequence - what errors mean for the command, behind the sentence about them.
 */
export function readTunnels(path: string, consequence = ''): TunnelsFile {
  const { tunnels, errors } = loadTunnels({ text: readText(path), file: path });
  if (tunnels !== undefined) return { path, tunnels };
  const sentence = `${path} has ${count(errors.length, 'error')}${consequence}`;
  throw new CommandError('config-invalid', sentence, { locations: errors });
}

function readText(path: string): string {
  try {
    return readTunnelsText(path);
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const problem = isMissing
      ? `there is no file of tunnels at ${path}: write one (docs/config.md, "holdfast import"), or name another with --config`
      : `the file of tunnels ${path} cannot be read: ${systemErrorText(error)}`;
    throw new CommandError('config-unreadable', problem);
  }
}
