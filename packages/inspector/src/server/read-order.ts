import type { IncomingMessage } from 'node:http';
import { InspectorError } from '../inspector-error.ts';

/**
 * Reads the body of an order, which has nothing to say: `{}`, or nothing at all.
 *
 * Rejects as soon as there are more bytes than allowed.
 */
export async function readOrder(incoming: IncomingMessage, bodyBytes: number): Promise<void> {
  const text = await readText(incoming, bodyBytes);
  if (text.trim() === '' || isEmptyObject(text)) return;
  throw new InspectorError('bad-request', 'the body of an order is {}');
}

function isEmptyObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject && Object.keys(value).length === 0;
  } catch {
    return false;
  }
}

function readText(incoming: IncomingMessage, bodyBytes: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const take = (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes <= bodyBytes) return;
      incoming.off('data', take);
      const sentence = `the request is larger than ${bodyBytes} bytes`;
      reject(new InspectorError('bad-request', sentence, 413));
    };
    incoming.on('data', take);
    incoming.once('end', () => resolve(Buffer.concat(chunks).toString()));
    incoming.once('close', () =>
      reject(new InspectorError('bad-request', 'the request broke off')),
    );
  });
}
