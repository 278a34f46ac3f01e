import { endWithoutReader, letOutputWait } from './terminal.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** How long the last words may take to go out. */
const LAST_WORDS_MS = 500;

/**
 * Calls once when somebody wants this command to end; a second signal ends it at once. Returns what takes that back.
 *
 * A paused terminal (Ctrl-S) holds nothing up: neither the signal, nor the end.
 */
export function whenInterrupted(end: () => void): () => void {
  letOutputWait();
  const release = () => {
    for (const name of SIGNALS) process.off(name, react);
  };
  const react = () => {
    release();
    end();
    setTimeout(endUnlessTaken, LAST_WORDS_MS).unref();
  };
  for (const name of SIGNALS) process.on(name, react);
  return release;
}

function endUnlessTaken(): void {
  if (process.stdout.writableLength > 0) endWithoutReader();
}
