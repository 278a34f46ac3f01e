import type { IncomingMessage } from 'node:http';
import { parseJson, readBody } from '@holdfast/http';
import { InspectorError } from '../inspector-error.ts';

/**
 * Reads the body of an order, which has nothing to say: `{}`, or nothing at all.
 *
 * Rejects unless it has the one type that no form of a foreign page can send, and as soon as there are more bytes than allowed.
 */
export async function readOrder(incoming: IncomingMessage, bodyBytes: number): Promise<void> {
  const [type = ''] = (incoming.headers['content-type'] ?? '').split(';');
  if (type.trim().toLowerCase() !== 'application/json') {
    throw new InspectorError('bad-request', 'an order needs content-type: application/json', 415);
  }
  const body = parseJson((await readBody(incoming, bodyBytes)).trim());
  const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
  if (isObject && Object.keys(body).length === 0) return;
  throw new InspectorError('bad-request', 'the body of an order is {}');
}
