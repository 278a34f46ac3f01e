import type { IncomingMessage } from 'node:http';
import type { Target } from '@holdfast/http';
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { InspectorError } from '../inspector-error.ts';
import type { InspectorLimits } from './inspector-limits.ts';

/** Names by which a browser of this machine may ask for us. */
const HOSTS = ['127.0.0.1', 'localhost'] as const;

/**
 * Throws an {@link InspectorError} unless the request comes from our own page, or from nobody's page.
 *
 * - `Host` is what the browser believes to talk to. With DNS rebinding it is another's name, which leads here all the same: 421.
 * - `Origin` and `Sec-Fetch-Site` are whose page asks; browsers let no script choose them. Another's: 403.
 *
 * @see https://fetch.spec.whatwg.org/#origin-header
 * @see https://www.w3.org/TR/fetch-metadata/
 */
export function checkOrigin(incoming: IncomingMessage, target: Target, port: number): void {
  const { host } = incoming.headers;
  if (host === undefined || !HOSTS.some((name) => host === `${name}:${port}`)) {
    throw new InspectorError(
      'misdirected',
      `the request is for another host: this is 127.0.0.1:${port}`,
    );
  }
  const { origin } = incoming.headers;
  if (origin !== undefined && origin !== `http://${host}`) throw foreign();
  if (isForeignFetch(incoming, target)) throw foreign();
}

function foreign(): InspectorError {
  return new InspectorError(
    'forbidden',
    'the request comes from another page: only the page of this server may ask',
  );
}

function isForeignFetch({ headers }: IncomingMessage, { method, path }: Target): boolean {
  const site = headers['sec-fetch-site'];
  if (site === undefined || site === 'none' || site === 'same-origin') return false;
  // A link from elsewhere may lead a whole window to a page, which tells nothing: that is how `holdfast inspect` opens the browser.
  const isWindow =
    headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
  return !(isWindow && method === 'GET' && !path.startsWith('/api/'));
}

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
