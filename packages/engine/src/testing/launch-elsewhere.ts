import { buildSync } from 'esbuild';
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { ChildEvent } from '@holdfast/machines';
import type { LaunchOrder } from './launching-program.ts';

const REQUIRE = `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`;

/** Makes one file of a program beside this one, since Node cannot read its source. */
export function buildProgram(
  source: 'launching-program.ts' | 'asking-program.ts',
  outfile: string,
): void {
  buildSync({
    entryPoints: [fileURLToPath(new URL(source, import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['source'],
    banner: { js: REQUIRE },
    logLevel: 'error',
  });
}

/** A running launching program. */
export interface Elsewhere {
  readonly program: ChildProcess;
  /** What its ssh did, so far. */
  readonly events: ChildEvent[];
  /** What it and its ssh wrote, so far. */
  stdout(): string;
  stderr(): string;
  /** Resolves to its exit status, or the signal that ended it. */
  readonly ended: Promise<number | string>;
}

/** Starts the launching program: through a shell, if the shell is to set limits first. */
export function launchElsewhere(program: string, order: LaunchOrder, limits = ':'): Elsewhere {
  const words = ['-c', `${limits}; exec "$@"`, 'sh', process.execPath, program];
  const child = spawn('/bin/sh', [...words, JSON.stringify(order)], {
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  });
  const events: ChildEvent[] = [];
  createInterface({ input: child.stdio[3] as Readable }).on('line', (line) =>
    events.push(JSON.parse(line) as ChildEvent),
  );
  return {
    program: child,
    events,
    stdout: collect(child.stdout!),
    stderr: collect(child.stderr!),
    ended: new Promise((resolve) => {
      child.once('close', (status, signal) => resolve(signal ?? status!));
    }),
  };
}

function collect(stream: Readable): () => string {
  let text = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  return () => text;
}
