import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { InspectorError } from '../inspector-error.ts';
import type { InspectorLimits } from './limits.ts';

const TOKEN_BYTES = 16;

/** Who may come in. */
export interface Doorkeeper {
  /** For the fragment of the page's address. */
  readonly token: string;
  /**
   * Rejects with an {@link InspectorError} unless the request has the token in its header `Authorization`.
   *
   * A wrong one is told so after a while, and only so many at a time are told at all: who guesses is slow.
   */
  admit(incoming: IncomingMessage): Promise<void>;
}

/** Makes a token of 128 random bits. */
export function createDoorkeeper(limits: InspectorLimits): Doorkeeper {
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  const expected = digest(`Bearer ${token}`);
  let waiting = 0;
  return {
    token,
    async admit(incoming) {
      const { authorization } = incoming.headers;
      // Digests are of one length, so that the comparison takes one time.
      if (authorization !== undefined && timingSafeEqual(digest(authorization), expected)) return;
      if (waiting >= limits.wrongTokens) {
        incoming.destroy();
        throw refusal(authorization);
      }
      waiting += 1;
      await sleep(limits.wrongTokenMs, undefined, { ref: false });
      waiting -= 1;
      throw refusal(authorization);
    },
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function refusal(authorization: string | undefined): InspectorError {
  const what = authorization === undefined ? 'the request has no token' : 'the token is wrong';
  return new InspectorError('forbidden', `${what}: open the page with holdfast inspect`, 401);
}
