import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What was asked: `POST /v1/up {"names":["db"]}`. */
export type Asked = string;

/** A supervisor that says what it is told to say. */
export interface FakeSupervisor {
  /** The environment in which commands find it. */
  readonly env: Readonly<Record<string, string>>;
  readonly asked: readonly Asked[];
  /** Sends an event to everybody who listens. */
  tell(event: object): void;
  close(): Promise<void>;
}

/** Answers by method and path: a value is sent as JSON; `{ error }` with the status 400. */
export type FakeAnswers = Readonly<Record<string, unknown>>;

/** A home of its own for commands, and what takes it away again. */
export interface ScratchHome {
  readonly folder: string;
  /** The environment in which everything is looked for there. */
  readonly env: Readonly<Record<string, string>>;
  remove(): void;
}

export function makeScratchHome(): ScratchHome {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-'));
  mkdirSync(join(folder, 'holdfast'), { mode: 0o700 });
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    XDG_RUNTIME_DIR: folder,
    XDG_CONFIG_HOME: folder,
    XDG_STATE_HOME: folder,
  };
  return { folder, env, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Starts one in a home of its own. */
export async function startFakeSupervisor(answers: FakeAnswers): Promise<FakeSupervisor> {
  const { folder, env, remove } = makeScratchHome();
  const asked: Asked[] = [];
  const listeners = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    void receive(request).then((body) => {
      const path = request.url!.split('?')[0]!;
      asked.push(`${request.method} ${request.url}${body === '' ? '' : ` ${body}`}`);
      response.setHeader('holdfast-protocol', '1');
      if (path === '/v1/events') openStream(response, listeners);
      else reply(response, answers[`${request.method} ${path}`]);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(join(folder, 'holdfast', 'control.sock'), resolve);
  });
  return {
    env,
    asked,
    tell(event) {
      for (const listener of listeners) listener.write(`data: ${JSON.stringify(event)}\n\n`);
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      remove();
    },
  };
}

async function receive(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
}

function openStream(response: ServerResponse, listeners: Set<ServerResponse>): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.flushHeaders();
  listeners.add(response);
}

function reply(response: ServerResponse, answer: unknown): void {
  const isError = typeof answer === 'object' && answer !== null && 'error' in answer;
  response.statusCode = isError ? 400 : 200;
  response.end(JSON.stringify(typeof answer === 'function' ? answer() : answer));
}
