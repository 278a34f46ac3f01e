/** When to look, in milliseconds: a debugger that was asked for twice opens again after it was closed. */
const LOOKS_MS = [0, 50, 250];

/**
 * Closes Node's debugger if a SIGUSR1 opened it.
 *
 * Until this program's own listeners are in place, SIGUSR1 makes Node listen for a debugger on 127.0.0.1:9229, through which any user of the
 * machine could run code as this one. Node 20 has no switch for that (`--disable-sigusr1` came with 22).
 *
 * @see https://nodejs.org/docs/latest-v20.x/api/process.html#signal-events
 */
export function guardDebugger(): void {
  if (process.execArgv.some((option) => option.startsWith('--inspect'))) return;
  setImmediate(() => {
    closeDebugger();
    for (const ms of LOOKS_MS.slice(1)) setTimeout(closeDebugger, ms).unref();
  });
}

function closeDebugger(): void {
  // Loaded late: it costs start-up time and memory.
  const inspector = process.getBuiltinModule('node:inspector');
  if (inspector.url() !== undefined) inspector.close();
}
