import { ApiError } from '../session/problem.ts';

/** Opens the stream of frames; the server's own address is the only one that is asked. */
export function createApiStream(token: string) {
  return async (signal: AbortSignal): Promise<ReadableStream<Uint8Array>> => {
    const headers = { authorization: `Bearer ${token}` };
    const { ok, status, body } = await fetch('/api/stately', {
      headers,
      signal,
      cache: 'no-store',
    });
    if (ok && body !== null) return body;
    throw new ApiError(status, 'internal', `it answered ${status}`);
  };
}
