import type { IncomingMessage } from 'node:http';
import { ApiError } from './api-error.ts';

/**
 * The body of a request as text, up to so many bytes.
 *
 * Stops reading, and rejects, as soon as there are more; the connection stays usable for the answer, unlike after `for await`.
 */
export function readBody(incoming: IncomingMessage, bodyBytes: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const take = (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes <= bodyBytes) return;
      incoming.off('data', take);
      reject(new ApiError('too-large', `the request is larger than ${bodyBytes} bytes`));
    };
    incoming.on('data', take);
    incoming.once('end', () => resolve(Buffer.concat(chunks).toString()));
    incoming.once('close', () => reject(new ApiError('bad-request', 'the request broke off')));
  });
}
