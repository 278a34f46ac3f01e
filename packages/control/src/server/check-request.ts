import type { IncomingMessage, ServerResponse } from 'node:http';
import { listChoices } from '@holdfast/text';
import { PROTOCOL, type Hello } from '../api.ts';
import {
  PROTOCOL_HEADER,
  readProtocol,
  VERSION_HEADER,
  wrongProtocolSentence,
} from '../protocol.ts';
import { ApiError } from './api-error.ts';

/** Throws an {@link ApiError} if there is no such route, and says which there are. */
export function checkRoute(
  method: string,
  path: string,
  outgoing: ServerResponse,
  keys: readonly string[],
): void {
  if (keys.includes(`${method} ${path}`)) return;
  const methods = keys
    .filter((each) => each.endsWith(` ${path}`))
    .map((each) => each.slice(0, each.indexOf(' ')));
  const asked = `${method} ${JSON.stringify(path.slice(0, 100))}`;
  if (methods.length > 0) {
    outgoing.setHeader('allow', methods.join(', '));
    throw new ApiError('not-found', `unknown request ${asked}: use ${listChoices(methods)}`, {
      status: 405,
    });
  }
  throw new ApiError('not-found', `unknown request ${asked}: known are ${keys.join(', ')}`);
}

/** Throws an {@link ApiError} if the other side speaks another protocol, or does not say which. */
export function checkProtocol({ headers }: IncomingMessage, { version }: Hello): void {
  const protocol = readProtocol(oneHeader(headers[PROTOCOL_HEADER]));
  if (protocol === PROTOCOL) return;
  if (protocol === undefined) {
    const sentence = `the request has no number in its header ${PROTOCOL_HEADER}: this is protocol ${PROTOCOL}`;
    throw new ApiError('wrong-protocol', sentence);
  }
  const command = { version: oneHeader(headers[VERSION_HEADER]), protocol };
  throw new ApiError(
    'wrong-protocol',
    wrongProtocolSentence({ version, protocol: PROTOCOL }, command),
  );
}

/** Of a header that is repeated Node makes one text, or a list for a few that are none of ours. */
function oneHeader(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
