import { type FileSettings, loadTunnels } from '@holdfast/config';
import type { LoadedConfig } from '@holdfast/control';
import type { TunnelSpec } from '@holdfast/engine';
import { systemErrorText } from '@holdfast/engine/parts';
import { count } from '@holdfast/text';
import {
  close,
  closeSync,
  constants,
  openSync,
  readFile,
  readFileSync,
  statSync,
  type Stats,
} from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { findPaths } from '../client/places.ts';
import { CommandError } from '../command-line/command-error.ts';
import type { Environment } from '../context.ts';

/** A tunnels file that has no errors. */
export interface TunnelsFile {
  /** Absolute. */
  readonly path: string;
  readonly tunnels: readonly TunnelSpec[];
  readonly settings: FileSettings;
}

/** The file that is meant: the one that is named, or the usual one. */
export function configPath(env: Environment, named: string | undefined): string {
  return named === undefined ? findPaths(env).config : resolve(named);
}

/**
 * Reads a tunnels file. Throws a {@link CommandError} `config-unreadable` or `config-invalid`.
 *
 * @param consequence - what errors mean for the command, behind the sentence about them.
 */
export function readTunnels(path: string, consequence = ''): TunnelsFile {
  const { tunnels, settings, errors } = loadTunnels({ text: readOrExplain(path), file: path });
  if (tunnels !== undefined) return { path, tunnels, settings };
  const sentence = `${path} has ${count(errors.length, 'error')}${consequence}`;
  throw new CommandError('config-invalid', sentence, { locations: errors });
}

function readOrExplain(path: string): string {
  try {
    return readTunnelsText(path);
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const problem = isMissing
      ? `no tunnels file at ${path}: write one (docs/config.md, "holdfast import"), or name another with --config`
      : `the tunnels file ${path} cannot be read: ${systemErrorText(error)}`;
    throw new CommandError('config-unreadable', problem);
  }
}

/** Reads the tunnels file for the supervisor. */
export async function loadConfig(path: string): Promise<LoadedConfig> {
  try {
    const loaded = loadTunnels({ text: await readText(path), file: path });
    if (loaded.errors !== undefined) return { kind: 'invalid', errors: loaded.errors };
    return { kind: 'loaded', tunnels: loaded.tunnels, settings: loaded.settings };
  } catch (error) {
    return { kind: 'unreadable', sentence: `${path} cannot be read: ${systemErrorText(error)}` };
  }
}

async function readText(path: string): Promise<string> {
  const descriptor = openTunnelsFile(path);
  try {
    return await promisify(readFile)(descriptor, 'utf8');
  } finally {
    await promisify(close)(descriptor);
  }
}

/** Some thousand times what a thousand tunnels need. */
const LARGEST_BYTES = 64_000_000;

/** Names of what this program was given by its caller: a pipe there was meant to be read. */
const GIVEN = /^(?:\/dev\/stdin|\/(?:dev|proc\/self)\/fd\/\d+)$/;

/**
 * Opens a tunnels file to read it; throws the system's error, or one that says what is there instead of a file.
 *
 * To open a pipe, or to read a terminal, waits for whoever is at its other end, which may be for ever. A pipe counts only where it was
 * given by name: `--config /dev/stdin`, `--config <(make-tunnels)`.
 */
export function openTunnelsFile(path: string): number {
  const found = statSync(path);
  if (GIVEN.test(path) && found.isFIFO()) return openSync(path, 'r');
  const problem = problemOf(found);
  if (problem !== undefined) throw new Error(problem);
  // Should something else be there by now, it keeps nobody waiting.
  return openSync(path, constants.O_RDONLY | constants.O_NOCTTY | constants.O_NONBLOCK);
}

/** The text of a tunnels file; throws as {@link openTunnelsFile} does. */
export function readTunnelsText(path: string): string {
  const descriptor = openTunnelsFile(path);
  try {
    return readFileSync(descriptor, 'utf8');
  } finally {
    closeSync(descriptor);
  }
}

function problemOf(found: Stats): string | undefined {
  if (!found.isFile()) return `it is ${nameOf(found)}, not a file`;
  return found.size > LARGEST_BYTES
    ? `it has ${found.size} bytes, more than any tunnels file`
    : undefined;
}

function nameOf(found: Stats): string {
  if (found.isDirectory()) return 'a directory';
  if (found.isSocket()) return 'a socket';
  return found.isFIFO() ? 'a pipe' : 'a device';
}
