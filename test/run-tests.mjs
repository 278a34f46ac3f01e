import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const vitest = join(
  dirname(createRequire(import.meta.url).resolve('vitest/package.json')),
  'vitest.mjs',
);

/**
 * Runs `vitest run` with these words, and returns its exit status.
 *
 * @param more - the Node to run it with, and what is added to its environment.
 */
export async function runTests(words, { node = process.execPath, env = {} } = {}) {
  const tests = spawn(node, [vitest, 'run', ...words], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: 'inherit',
  });
  // Ctrl-C reaches it too: it ends first, and tidies up.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => tests.kill('SIGTERM'));
  const [status] = await once(tests, 'exit');
  return status ?? 1;
}
