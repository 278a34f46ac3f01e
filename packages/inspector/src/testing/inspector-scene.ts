import { request } from 'node:http';
import { connect } from 'node:net';
import { createVirtualClock, type VirtualClock } from '@holdfast/machines';
import type { StreamMessage } from '../api.ts';
import type { PageFiles } from '../server/page-files.ts';
import { serveInspector, type ServeInspectorOptions } from '../server/serve-inspector.ts';
import { createFakeSource } from './fake-source.ts';

const file = (type: string, text: string) => ({
  type,
  body: Buffer.from(text),
  gzip: Buffer.from(text),
});

/** A page that is not the real one. */
export const FAKE_FILES: PageFiles = new Map([
  ['/', file('text/html; charset=utf-8', '<!doctype html><title>a page</title>')],
  ['/assets/page.js', file('text/javascript; charset=utf-8', 'void 0;')],
  ['/assets/page.css', file('text/css; charset=utf-8', 'body {}')],
]);

/** An answer, taken apart. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a request has besides its method and path. */
export interface Asking {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Without the token that {@link InspectorScene.ask} adds otherwise. */
  readonly isStranger?: boolean;
}

/** A server over a fake source, on a real port, whose time is stepped. */
export async function openInspectorScene(options: Partial<ServeInspectorOptions> = {}) {
  const source = createFakeSource(['db', 'web']);
  const clock: VirtualClock = createVirtualClock();
  const server = await serveInspector(source, {
    files: options.files ?? FAKE_FILES,
    port: options.port,
    clock,
    limits: { wrongTokenMs: 1, ...options.limits },
  });
  const { port, url } = server;
  const token = new URL(url).hash.slice('#token='.length);
  const authorization = { authorization: `Bearer ${token}` };
  const headersOf = ({ headers, isStranger }: Asking) => ({
    ...(isStranger === true ? {} : authorization),
    ...headers,
  });
  return {
    source,
    clock,
    server,
    port,
    url,
    token,
    /** Asks as the page does, unless told otherwise: `POST /api/tunnels/db/stop`. */
    ask: (line: string, asking: Asking = {}) => ask(port, line, headersOf(asking), asking.body),
    /** Sends these bytes, and gives what came until the other side closed. */
    exchange: (bytes: string) => exchange(port, bytes),
    /** Reads the stream. */
    follow: (query = '', host = '127.0.0.1') =>
      follow(port, `/api/stream${query}`, authorization, host),
  };
}

export type InspectorScene = Awaited<ReturnType<typeof openInspectorScene>>;

function ask(
  port: number,
  line: string,
  headers: Readonly<Record<string, string>>,
  body?: string,
): Promise<Answer> {
  const [method = '', path = ''] = line.split(' ');
  return new Promise((resolve, reject) => {
    const asking = request({ host: '127.0.0.1', port, method, path, headers, agent: false });
    asking.once('error', reject);
    asking.once('response', (incoming) => {
      let text = '';
      incoming.setEncoding('utf8').on('data', (piece: string) => (text += piece));
      incoming.once('close', () => {
        resolve({
          status: incoming.statusCode ?? 0,
          headers: incoming.headers as Record<string, string>,
          body: text,
        });
      });
    });
    asking.end(body);
  });
}

function exchange(port: number, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.setEncoding('utf8').on('data', (piece: string) => (text += piece));
    socket.on('error', () => undefined);
    socket.once('close', () => resolve(text));
    socket.write(bytes);
  });
}

/** A reader of the stream, and what it has read. */
export interface StreamReader {
  readonly messages: readonly StreamMessage[];
  readonly comments: () => number;
  readonly isEnded: () => boolean;
  /** Stops reading, but does not go. */
  pause(): void;
  resume(): void;
  leave(): void;
}

function follow(
  port: number,
  path: string,
  headers: Readonly<Record<string, string>>,
  host: string,
): Promise<StreamReader> {
  const messages: StreamMessage[] = [];
  let comments = 0;
  let isEnded = false;
  let rest = '';
  const take = (piece: string) => {
    const frames = (rest + piece).split('\n\n');
    rest = frames.pop()!;
    for (const frame of frames) {
      if (frame.startsWith('data: ')) messages.push(JSON.parse(frame.slice(6)) as StreamMessage);
      else if (frame.startsWith(':')) comments += 1;
      else throw new Error(`no frame: ${frame}`);
    }
  };
  return new Promise((resolve, reject) => {
    const asking = request({ host, port, path, headers, agent: false });
    asking.once('error', reject);
    asking.once('response', (incoming) => {
      incoming.on('error', () => undefined);
      incoming.once('close', () => (isEnded = true));
      if (incoming.statusCode !== 200) reject(new Error(`status ${incoming.statusCode}`));
      incoming.setEncoding('utf8').on('data', take);
      resolve({
        messages,
        comments: () => comments,
        isEnded: () => isEnded,
        pause: () => void incoming.pause(),
        resume: () => void incoming.resume(),
        leave: () => void asking.destroy(),
      });
    });
    asking.end();
  });
}
