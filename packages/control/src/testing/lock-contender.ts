import { buildSync } from 'esbuild';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Lock } from '../lock/take-lock.ts';

/** Makes one file of the program, since Node cannot read its source. */
export function buildLockProgram(outfile: string): void {
  buildSync({
    entryPoints: [fileURLToPath(new URL('lock-program.ts', import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    conditions: ['source'],
    format: 'cjs',
    logLevel: 'error',
  });
}

/** A process that runs the program. */
export type Contender = Awaited<ReturnType<typeof startContender>>;

/** Starts the program; resolves when it waits for its order. */
export async function startContender(program: string, lockPath: string) {
  const child = spawn(process.execPath, [program, lockPath], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  await lines.next();
  return {
    pid: child.pid!,
    async take(): Promise<Pick<Lock, 'kind'> & { readonly pid?: number }> {
      child.stdin.write('take it\n');
      const { value } = await lines.next();
      return JSON.parse(value as string) as Lock;
    },
    async kill(): Promise<void> {
      child.kill('SIGKILL');
      await once(child, 'close');
    },
  };
}
