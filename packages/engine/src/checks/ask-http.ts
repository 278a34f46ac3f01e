import type { ClientRequest, IncomingMessage } from 'node:http';
import { defer, from, Observable, switchMap } from 'rxjs';
import type { CheckQuestion } from '../fleet/tunnel-spec.ts';
import { failed, failedBy, passed, type CheckResult } from './check-result.ts';
import { noteCheckSocket } from './check-sockets.ts';

const FIRST_ERROR_STATUS = 400;

/**
 * Asks for a URL: any status below 400 is enough, also that of a redirection, which is not followed. The body is not read.
 *
 * Node's clients are loaded with the first question, since most fleets ask none.
 */
export function askHttp$({
  url,
}: Extract<CheckQuestion, { kind: 'http' }>): Observable<CheckResult> {
  return defer(() => from(loadRequest(url))).pipe(
    switchMap((request) => answer$(() => request(url, OPTIONS))),
  );
}

// Certificates are verified whatever NODE_TLS_REJECT_UNAUTHORIZED says; and no connection stays open.
const OPTIONS = { agent: false, rejectUnauthorized: true } as const;

async function loadRequest(url: string): Promise<typeof import('node:https').request> {
  const isTls = new URL(url).protocol === 'https:';
  return (await (isTls ? import('node:https') : import('node:http'))).request;
}

function answer$(send: () => ClientRequest): Observable<CheckResult> {
  return new Observable((subscriber) => {
    const request = send()
      .once('response', (response: IncomingMessage) => {
        response.on('error', () => undefined);
        subscriber.next(verdict(response.statusCode ?? 0));
      })
      .once('socket', noteCheckSocket)
      .on('error', (error) => subscriber.next(failedBy(error)));
    request.end();
    return () => request.destroy();
  });
}

function verdict(status: number): CheckResult {
  return status < FIRST_ERROR_STATUS ? passed : failed(`answered with status ${status}`);
}
