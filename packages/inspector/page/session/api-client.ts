import type { WhyReport } from '@holdfast/engine';
import type {
  DrawnChart,
  InspectorAction,
  InspectorErrorBody,
  InspectorHello,
  StepsAnswer,
} from '../../src/api.ts';

/** What the page asks its server. */
export interface ApiClient {
  readonly hello: () => Promise<InspectorHello>;
  readonly chart: (id: string) => Promise<DrawnChart>;
  readonly steps: (name: string, beforeMs?: number) => Promise<StepsAnswer>;
  readonly why: (name: string) => Promise<WhyReport>;
  readonly order: (name: string, action: InspectorAction) => Promise<void>;
  readonly stream: (
    watch: string | null,
    signal: AbortSignal,
  ) => Promise<ReadableStream<Uint8Array>>;
}

/** The server's own address is the only one that the page may speak to. */
export function createApiClient(token: string): ApiClient {
  async function ask(path: string, init: RequestInit = {}): Promise<Response> {
    const type = init.body === undefined ? {} : { 'content-type': 'application/json' };
    const headers = { authorization: `Bearer ${token}`, ...type };
    const response = await fetch(`/api/${path}`, { ...init, headers, cache: 'no-store' });
    if (!response.ok) throw await errorOf(response);
    return response;
  }
  async function read<T>(path: string): Promise<T> {
    return (await (await ask(path)).json()) as T;
  }
  return {
    hello: () => read('hello'),
    chart: (id) => read(`charts/${encodeURIComponent(id)}`),
    steps: (name, beforeMs) =>
      read(
        `tunnels/${encodeURIComponent(name)}/steps${beforeMs === undefined ? '' : `?to=${beforeMs}`}`,
      ),
    why: (name) => read(`tunnels/${encodeURIComponent(name)}/why`),
    order: async (name, action) => {
      await ask(`tunnels/${encodeURIComponent(name)}/${action}`, { method: 'POST', body: '{}' });
    },
    stream: async (watch, signal) => {
      const query = watch === null ? '' : `?watch=${encodeURIComponent(watch)}`;
      const { body } = await ask(`stream${query}`, { signal });
      if (body === null) throw new AnswerError(200, 'internal', 'the stream is empty');
      return body;
    },
  };
}

async function errorOf(response: Response): Promise<AnswerError> {
  const body = (await response.json().catch(() => undefined)) as
    Partial<InspectorErrorBody> | undefined;
  const { code = 'internal', message = `the server answered ${response.status}` } =
    body?.error ?? {};
  return new AnswerError(response.status, code, message);
}

const BRAND = Symbol.for('holdfast/AnswerError');

/** An answer of the server that says no. */
export class AnswerError extends Error {
  override readonly name = 'AnswerError';
  readonly [BRAND] = true;
  readonly status: number;
  /** As the server says it, such as `unknown-tunnel`. */
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** Whether the server said no; everything else is that no answer came. */
function isAnswerError(error: unknown): error is AnswerError {
  return typeof error === 'object' && error !== null && BRAND in error;
}

/** Whether the server does not take the token. */
export function isRefusal(error: unknown): boolean {
  return isAnswerError(error) && (error.status === 401 || error.code === 'forbidden');
}

/** Whether there is none of that name, or no more. */
export function isUnknownTunnel(error: unknown): boolean {
  return isAnswerError(error) && error.code === 'unknown-tunnel';
}

/** For people. A browser says only "Failed to fetch" when nobody listens. */
export function problemSentence(error: unknown): string {
  return isAnswerError(error) ? error.message : 'no answer';
}
