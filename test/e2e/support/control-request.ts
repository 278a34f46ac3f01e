import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';

/** Written down here once more: old clients count on it. */
const PROTOCOL = '1';

const LONGEST_ANSWER_MS = 90_000;

/** An answer of a supervisor, as it came. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

/** What to ask besides the path. */
export interface RawRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Asks over a Unix socket, with nothing of the product's own client. */
export async function askSocket(
  socketPath: string,
  path: string,
  { method = 'GET', headers = {}, body }: RawRequest = {},
): Promise<RawAnswer> {
  const asking = request({
    socketPath,
    path,
    method,
    headers: { 'holdfast-protocol': PROTOCOL, ...headers },
    signal: AbortSignal.timeout(LONGEST_ANSWER_MS),
  });
  asking.end(body);
  const [answer] = (await once(asking, 'response')) as [IncomingMessage];
  let text = '';
  for await (const piece of answer.setEncoding('utf8')) text += piece;
  return { status: answer.statusCode ?? 0, headers: answer.headers, text };
}
