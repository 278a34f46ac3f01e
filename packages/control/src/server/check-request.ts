import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import { PROTOCOL, type Hello } from '../api.ts';
import {
  PROTOCOL_HEADER,
  readProtocol,
  VERSION_HEADER,
  wrongProtocolSentence,
} from '../protocol.ts';
import { ApiError } from './api-error.ts';

/** A request that is being answered. */
export type RequestContext = Context<{ Bindings: HttpBindings }>;

/** Throws an {@link ApiError} if there is no such route, and says which there are. */
export function checkRoute({ req, env }: RequestContext, keys: readonly string[]): void {
  if (keys.includes(`${req.method} ${req.path}`)) return;
  const methods = keys
    .filter((key) => key.endsWith(` ${req.path}`))
    .map((key) => key.slice(0, key.indexOf(' ')));
  const asked = `${req.method} ${JSON.stringify(req.path.slice(0, 100))}`;
  if (methods.length > 0) {
    env.outgoing.setHeader('allow', methods);
    throw new ApiError('not-found', `there is no ${asked}: use ${methods.join(' or ')}`, {
      status: 405,
    });
  }
  throw new ApiError('not-found', `there is no ${asked}: there are ${keys.join(', ')}`);
}

/** Throws an {@link ApiError} if the other side speaks another protocol, or does not say which. */
export function checkProtocol({ req }: RequestContext, { version }: Hello): void {
  const protocol = readProtocol(req.header(PROTOCOL_HEADER));
  if (protocol === PROTOCOL) return;
  if (protocol === undefined) {
    const sentence = `the request has no number in its header ${PROTOCOL_HEADER}: this is protocol ${PROTOCOL}`;
    throw new ApiError('wrong-protocol', sentence);
  }
  const command = { version: req.header(VERSION_HEADER), protocol };
  throw new ApiError(
    'wrong-protocol',
    wrongProtocolSentence({ version, protocol: PROTOCOL }, command),
  );
}
