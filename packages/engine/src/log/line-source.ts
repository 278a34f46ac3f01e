import { closeSync, constants, fstatSync, openSync, read, statSync, type Stats } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { promisify } from 'node:util';

/**
 * A file of lines that is open for reading, wherever it is moved.
 *
 * @internal For the packages of Holdfast.
 */
export interface LineSource {
  /** Tells it from all other files, as long as it is open. */
  readonly id: string;
  /**
   * The lines from where it stopped last to the present end of the file, as far as they are ended, in chunks: the event loop turns between
   * them. A file that was cut short meanwhile is read from its beginning.
   */
  lines(): AsyncGenerator<readonly string[]>;
  /** What stands behind the last line, and has no end yet. */
  rest(): string;
  /** When it was last written to, on the clock of the file system. */
  writtenNs(): bigint;
  close(): void;
}

const readChunk = promisify(read);

/** A named pipe must not stop the reader. */
const READ = constants.O_RDONLY | constants.O_NONBLOCK;

const CHUNK_BYTES = 64 * 1024;

/** Of a longer line the beginning is read, so that a file without newlines costs no memory. */
const LONGEST_LINE = 1024 * 1024;

/**
 * What names a file as long as it is open somewhere; `undefined` where there is none.
 *
 * @internal For the packages of Holdfast.
 */
export function fileId(path: string): string | undefined {
  const facts = ifAny(() => statSync(path));
  return facts === undefined ? undefined : idOf(facts);
}

/**
 * Opens a file of lines; `undefined` if there is none. Throws the system's error when it cannot be read.
 *
 * At once, without a turn of the event loop: files are opened one after the other while somebody else may rotate them.
 *
 * @internal For the packages of Holdfast.
 */
export function openLines(path: string): LineSource | undefined {
  const fd = ifAny(() => openSync(path, READ));
  if (fd === undefined) return undefined;
  const facts = fstatSync(fd);
  if (facts.isFile()) return lineSource(fd, idOf(facts));
  closeSync(fd);
  return undefined;
}

function lineSource(fd: number, id: string): LineSource {
  let position = 0;
  let rest = '';
  let decoder = new StringDecoder();
  const restartIfCut = () => {
    if (fstatSync(fd).size >= position) return;
    position = 0;
    rest = '';
    decoder = new StringDecoder();
  };
  return {
    id,
    async *lines() {
      restartIfCut();
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
    writtenNs: () => fstatSync(fd, { bigint: true }).mtimeNs,
    close: () => closeSync(fd),
  };
}

function idOf({ dev, ino }: Stats): string {
  return `${dev}:${ino}`;
}

function ifAny<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return undefined;
  }
}
