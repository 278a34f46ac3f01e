import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openInspectorScene } from '../testing/inspector-scene.ts';
import { readPageFiles } from './page-files.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'holdfast-page-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function put(name: string, content: string | Uint8Array): void {
  writeFileSync(join(folder, name), content);
}

it('gives each file of a page its address and type, and leaves out what is none', () => {
  for (const name of ['index.html', 'other.html', 'page.js', 'page.css', 'notes.txt', 'page.map']) {
    put(name, name);
  }
  mkdirSync(join(folder, 'more'));
  put('more/inner.js', 'inner');
  const found = [...readPageFiles(folder)].map(([path, { type, body }]) => [
    path,
    type,
    body.toString(),
  ]);
  expect(Object.fromEntries(found.map(([path, ...rest]) => [path, rest]))).toEqual({
    '/': ['text/html; charset=utf-8', 'index.html'],
    '/other': ['text/html; charset=utf-8', 'other.html'],
    '/assets/page.js': ['text/javascript; charset=utf-8', 'page.js'],
    '/assets/page.css': ['text/css; charset=utf-8', 'page.css'],
  });
});

it('takes the compressed file that is there, and else compresses', () => {
  put('page.js', 'script');
  put('page.js.gz', gzipSync('script, compressed'));
  put('page.css', 'style');
  const files = readPageFiles(folder);
  const unzip = (path: string) => gunzipSync(files.get(path)!.gzip).toString();
  expect(unzip('/assets/page.js')).toBe('script, compressed');
  expect(unzip('/assets/page.css')).toBe('style');
});

it('says that there is no page', () => {
  expect(() => readPageFiles(join(folder, 'nowhere'))).toThrow('ENOENT');
});

it('sends what was compressed to who takes it, and a policy of its own with the file that has one', async () => {
  put('index.html', 'a page');
  const files = readPageFiles(folder);
  const page = { ...files.get('/')!, policy: "default-src 'none'" };
  const scene = await openInspectorScene({ files: new Map([...files, ['/other', page]]) });
  const plain = await scene.ask('GET /');
  expect([plain.body, plain.headers['content-encoding']]).toEqual(['a page', undefined]);
  const packed = await scene.ask('GET /', { headers: { 'accept-encoding': 'br, gzip' } });
  expect(packed.headers['content-encoding']).toBe('gzip');
  expect(packed.headers['content-length']).toBe(String(files.get('/')!.gzip.length));
  const other = await scene.ask('GET /other');
  expect(other.headers['content-security-policy']).toBe("default-src 'none'");
  expect(plain.headers['content-security-policy']).toContain("script-src 'self'");
  await scene.server.close();
});
