// Waits for an echo inside a network namespace, in a process of its own there: see echo-time.ts. Asked over IPC with { id, port, patience },
// it answers { id, isEchoed }. Run as a program it is that process; imported, it starts one.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import './read-typescript.mjs';

const PROGRAM = fileURLToPath(import.meta.url);

/** Starts a prober; `inside` gives the command line that runs a program at the right place. */
export async function startInsideProber(inside) {
  const [file, ...words] = inside(process.execPath, PROGRAM);
  const child = spawn(file, words, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const waiting = new Map();
  child.on('message', ({ id, isEchoed }) => waiting.get(id)?.(isEchoed));
  await once(child, 'message');
  let lastId = 0;
  return {
    /** When an echo came at a port there, on the clock of `performance.now()` here; `undefined` if it never did. */
    waitForEcho: async (port, patience) => {
      lastId += 1;
      const id = lastId;
      child.send({ id, port, patience });
      const isEchoed = await new Promise((resolve) => waiting.set(id, resolve));
      return isEchoed ? performance.now() : undefined;
    },
    close: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

if (process.argv[1] === PROGRAM) {
  const { waitForEcho } = await import('../../e2e/support/echo-time.ts');
  process.on('message', async ({ id, port, patience }) => {
    process.send({ id, isEchoed: (await waitForEcho(port, patience)) !== undefined });
  });
  process.once('disconnect', () => process.exit());
  process.send({ id: 0 });
}
