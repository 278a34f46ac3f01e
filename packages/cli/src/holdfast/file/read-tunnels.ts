import { loadTunnels } from '@holdfast/config';
import type { TunnelSpec } from '@holdfast/engine';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Environment } from '../body.ts';
import { findPaths } from '../client/supervisor.ts';
import { count } from '../terminal/say.ts';
import { CommandError } from '../words/command-error.ts';

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

/** Reads a file of tunnels. Throws a {@link CommandError} `config-unreadable` or `config-invalid`. */
export function readTunnels(path: string): TunnelsFile {
  const { tunnels, errors } = loadTunnels({ text: readText(path), file: path });
  if (tunnels !== undefined) return { path, tunnels };
  throw new CommandError(
    'config-invalid',
    `${path} has ${count(errors.length, 'error')}; nothing was changed`,
    { locations: errors },
  );
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const problem =
      code === 'ENOENT'
        ? `there is no file of tunnels at ${path}: write one (docs/config.md, "holdfast import"), or name another with --config`
        : `the file of tunnels cannot be read: ${message}`;
    throw new CommandError('config-unreadable', problem);
  }
}
