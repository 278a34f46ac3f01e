import type { IncomingMessage } from 'node:http';
import { RequestError } from './request-error.ts';

/** What a request is for. */
export interface Target {
  readonly method: string;
  /** As it was sent: nothing in it is decoded. */
  readonly path: string;
  readonly query: URLSearchParams;
}

/** Reads the first line of a request. */
export function readTarget({ method = '', url = '' }: IncomingMessage): Target {
  const at = url.indexOf('?');
  const path = at === -1 ? url : url.slice(0, at);
  return { method, path, query: new URLSearchParams(at === -1 ? '' : url.slice(at + 1)) };
}

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
      reject(new RequestError('too-large', `the request is larger than ${bodyBytes} bytes`, 413));
    };
    incoming.on('data', take);
    incoming.once('end', () => resolve(Buffer.concat(chunks).toString()));
    incoming.once('close', () => {
      reject(new RequestError('bad-request', 'the request broke off', 400));
    });
  });
}

/** The JSON of a body; nothing at all counts as `{}`. */
export function parseJson(text: string): unknown {
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch (error) {
    const { message } = error as SyntaxError;
    throw new RequestError('bad-request', `the request is not valid JSON: ${message}`, 400);
  }
}
