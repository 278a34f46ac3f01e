import { existsSync, readFileSync, readdirSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { sendBytes } from '@holdfast/http';

/** A file of a page, ready to be sent. */
export interface PageFile {
  readonly type: string;
  readonly body: Buffer;
  /** The same, compressed. */
  readonly gzip: Buffer;
  /** Its content security policy, if it needs another than the usual one. */
  readonly policy?: string;
}

/** Files by the path they are asked for: `/`, `/assets/page.js`. Nothing else is ever read. */
export type PageFiles = ReadonlyMap<string, PageFile>;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/**
 * Reads the page from its folder: `index.html` is `/`, another `NAME.html` is `/NAME`, all else is `/assets/NAME`.
 *
 * The compressed file beside it, `NAME.gz`, is taken if there is one. Throws the system's error if there is no page.
 */
export function readPageFiles(folder: string): PageFiles {
  const names = readdirSync(folder).filter((name) => extname(name) in TYPES);
  return new Map(names.map((name) => [addressOf(name), readPageFile(join(folder, name))]));
}

function addressOf(name: string): string {
  if (name === 'index.html') return '/';
  return name.endsWith('.html') ? `/${name.slice(0, -'.html'.length)}` : `/assets/${name}`;
}

function readPageFile(path: string): PageFile {
  const body = readFileSync(path);
  const compressed = `${path}.gz`;
  const gzip = existsSync(compressed) ? readFileSync(compressed) : gzipSync(body);
  return { type: TYPES[extname(path)]!, body, gzip };
}

/** Sends a file of the page, compressed if the browser takes that. */
export function sendFile(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  file: PageFile,
  answerMs: number,
): void {
  if (file.policy !== undefined) outgoing.setHeader('content-security-policy', file.policy);
  const takesGzip = /\bgzip\b/.test(String(incoming.headers['accept-encoding'] ?? ''));
  if (takesGzip) outgoing.setHeader('content-encoding', 'gzip');
  sendBytes(outgoing, 200, takesGzip ? file.gzip : file.body, file.type, answerMs);
}
