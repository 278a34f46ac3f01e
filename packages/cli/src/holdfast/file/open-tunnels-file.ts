import { closeSync, constants, openSync, readFileSync, statSync, type Stats } from 'node:fs';

/** Some thousand times what a thousand tunnels need. */
const LARGEST_BYTES = 64_000_000;

/** Names of what this program was given by its caller: a pipe there was meant to be read. */
const GIVEN = /^(?:\/dev\/stdin|\/(?:dev|proc\/self)\/fd\/\d+)$/;

/**
 * Opens a file of tunnels to read it; throws the system's error, or one that says what is there instead of a file.
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

/** The text of a file of tunnels; throws as {@link openTunnelsFile} does. */
export function readTunnelsText(path: string): string {
  const descriptor = openTunnelsFile(path);
  try {
    return readFileSync(descriptor, 'utf8');
  } finally {
    closeSync(descriptor);
  }
}

function problemOf(found: Stats): string | undefined {
  if (!found.isFile()) return `it is ${nameOf(found)}, and no file`;
  return found.size > LARGEST_BYTES
    ? `it has ${found.size} bytes, more than any file of tunnels`
    : undefined;
}

function nameOf(found: Stats): string {
  if (found.isDirectory()) return 'a directory';
  if (found.isSocket()) return 'a socket';
  return found.isFIFO() ? 'a pipe' : 'a device';
}
