import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import type { InspectorRow, StreamMessage } from '@holdfast/inspector';
import type { Step } from '@holdfast/recording';
import { type HoldfastScene, jsonOf } from './holdfast.ts';

/** The page's server, as a browser finds it. */
export interface OpenedPage {
  readonly url: string;
  readonly port: number;
  readonly token: string;
  /** Asks with the token: `GET /api/hello`. */
  ask(line: string): Promise<PageAnswer>;
  /** Reads the stream, with the steps of one tunnel. */
  follow(watch?: string): Promise<PageStream>;
}

export interface PageAnswer {
  readonly status: number;
  readonly text: string;
}

/** What a page was told so far. */
export interface PageStream {
  readonly messages: readonly StreamMessage[];
  /** Everything, as it came. */
  readonly text: () => string;
  /** All rows of a tunnel, one after the other. */
  rows(name: string): readonly InspectorRow[];
  row(name: string): InspectorRow | undefined;
  readonly steps: () => readonly Step[];
  readonly isEnded: () => boolean;
  leave(): void;
}

/** Runs `holdfast inspect`, and speaks to what it opened with nothing of the product's own page. */
export async function openPage(scene: HoldfastScene): Promise<OpenedPage> {
  const { url } = jsonOf(await scene.holdfast('inspect', '--json')) as { url: string };
  return pageAt(url);
}

/** The page at an address that was printed. */
export function pageAt(url: string): OpenedPage {
  const { port, hash } = new URL(url);
  const token = hash.slice('#token='.length);
  return {
    url,
    port: Number(port),
    token,
    ask: async (line) => readWhole(await ask(Number(port), token, line)),
    async follow(watch) {
      const query = watch === undefined ? '' : `?watch=${encodeURIComponent(watch)}`;
      return readStream(await ask(Number(port), token, `GET /api/stream${query}`));
    },
  };
}

async function ask(port: number, token: string, line: string): Promise<IncomingMessage> {
  const [method = '', path = ''] = line.split(' ');
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const asking = request({ host: '127.0.0.1', port, method, path, headers, agent: false });
  asking.end(method === 'POST' ? '{}' : undefined);
  const [answer] = (await once(asking, 'response')) as [IncomingMessage];
  return answer.setEncoding('utf8');
}

async function readWhole(answer: IncomingMessage): Promise<PageAnswer> {
  let text = '';
  for await (const piece of answer) text += String(piece);
  return { status: answer.statusCode ?? 0, text };
}

function readStream(answer: IncomingMessage): PageStream {
  const messages: StreamMessage[] = [];
  let text = '';
  let rest = '';
  let isEnded = false;
  answer.on('data', (piece: string) => {
    text += piece;
    const frames = (rest + piece).split('\n\n');
    rest = frames.pop()!;
    for (const frame of frames) {
      if (frame.startsWith('data: ')) messages.push(JSON.parse(frame.slice(6)) as StreamMessage);
    }
  });
  answer.on('error', () => undefined).once('close', () => (isEnded = true));
  const rows = (name: string) =>
    messages
      .flatMap((message) => (message.type === 'ended' ? [] : message.rows))
      .filter((row) => row.name === name);
  return {
    messages,
    text: () => text,
    rows,
    row: (name) => rows(name).at(-1),
    steps: () => messages.flatMap((message) => (message.type === 'changed' ? message.steps : [])),
    isEnded: () => isEnded,
    leave: () => void answer.destroy(),
  };
}
