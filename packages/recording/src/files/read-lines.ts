import { closeAll, openRotatedFiles } from '@holdfast/engine/log';
import { StringDecoder } from 'node:string_decoder';

/**
 * The ended lines of all files of a recording, oldest first, in chunks; also a last line without an end in a file that is full. The event loop
 * turns between chunks. Throws the system's error when a file cannot be read.
 */
export async function* readFiles(path: string): AsyncGenerator<readonly string[]> {
  const files = openRotatedFiles(path);
  try {
    for (const file of files.toReversed()) {
      yield* file.lines();
      if (file !== files[0] && file.rest() !== '') yield [file.rest()];
    }
  } finally {
    closeAll(files);
  }
}

/** Of a longer line the beginning is read, so that a stream without newlines costs no memory. */
const LONGEST_LINE = 1_100_000;

/** The lines of a stream of bytes in chunks, as they come; also a last one without an end. */
export async function* linesOfStream(
  stream: AsyncIterable<Buffer>,
): AsyncGenerator<readonly string[]> {
  const decoder = new StringDecoder();
  let rest = '';
  for await (const bytes of stream) {
    const lines = (rest + decoder.write(bytes)).split('\n');
    rest = lines.pop()!.slice(0, LONGEST_LINE);
    yield lines;
  }
  if (rest !== '') yield [rest];
}
