import { closeSync, constants, fstatSync, openSync, read, readdirSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { promisify } from 'node:util';

/** A file of a recording that is open, wherever it is moved. */
export interface OpenFile {
  /** Tells it from all others as long as it is open. */
  readonly id: string;
  /** The ended lines from where it stopped last to the present end; the event loop turns between chunks. */
  lines(): AsyncGenerator<readonly string[]>;
  /** What stands behind the last line, and has no end. */
  rest(): string;
  close(): void;
}

const readChunk = promisify(read);

/** A named pipe must not stop the reader. */
const READ = constants.O_RDONLY | constants.O_NONBLOCK;
const CHUNK_BYTES = 64 * 1024;
/** Of a longer line the beginning is read, so that a file without newlines costs no memory. */
const LONGEST_LINE = 1_100_000;
/** A recording in which one rotation follows the other so closely cannot be read without gaps. */
const MOST_TRIES = 20;

/**
 * Opens all files of a recording, oldest first; none if there are none.
 *
 * In the middle of a rotation one can be found twice or not at all: then they are opened again. Throws the system's error.
 */
export function openFiles(path: string): readonly OpenFile[] {
  for (let tries = 1; ; tries += 1) {
    const places = placesOf(path);
    const before = idsAt(places);
    const files = places.flatMap((place) => openFile(place) ?? []);
    if (tries === MOST_TRIES || idsAt(placesOf(path)) === before) return files;
    for (const file of files) file.close();
  }
}

/** The ended lines of all files, oldest first, in chunks; also a last line without an end in a file that is full. */
export async function* readFiles(files: readonly OpenFile[]): AsyncGenerator<readonly string[]> {
  for (const file of files) {
    yield* file.lines();
    if (file !== files.at(-1) && file.rest() !== '') yield [file.rest()];
  }
}

/** Opens a file; `undefined` if there is none. Throws the system's error. */
export function openFile(path: string): OpenFile | undefined {
  const fd = ifThere(() => openSync(path, READ));
  if (fd === undefined) return undefined;
  if (fstatSync(fd).isFile()) return fileOf(fd);
  closeSync(fd);
  return undefined;
}

/** What names the file at a path; `undefined` if there is none. */
export function fileIdAt(path: string): string | undefined {
  const facts = ifThere(() => statSync(path));
  return facts === undefined ? undefined : `${facts.dev}:${facts.ino}`;
}

function fileOf(fd: number): OpenFile {
  const { dev, ino } = fstatSync(fd);
  const decoder = new StringDecoder();
  let position = 0;
  let rest = '';
  return {
    id: `${dev}:${ino}`,
    async *lines() {
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
      for (;;) {
        const { bytesRead } = await readChunk(fd, chunk, 0, CHUNK_BYTES, position);
        if (bytesRead === 0) return;
        position += bytesRead;
        const lines = (rest + decoder.write(chunk.subarray(0, bytesRead))).split('\n');
        rest = lines.pop()!.slice(0, LONGEST_LINE);
        yield lines;
      }
    },
    rest: () => rest,
    close: () => closeSync(fd),
  };
}

/** Oldest first. */
function placesOf(path: string): readonly string[] {
  const name = basename(path);
  const numbers = (ifThere(() => readdirSync(dirname(path))) ?? [])
    .filter((file) => file.startsWith(`${name}.`))
    .map((file) => file.slice(name.length + 1))
    .filter((number) => /^[1-9]\d{0,2}$/.test(number))
    .map(Number)
    .sort((one, other) => other - one);
  return [...numbers.map((number) => `${path}.${number}`), path];
}

function idsAt(places: readonly string[]): string {
  return places.map((place) => `${place} ${fileIdAt(place)}`).join('\n');
}

function ifThere<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return undefined;
  }
}
