import { StringDecoder } from 'node:string_decoder';

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
