const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Calls once when somebody wants this command to end; a second signal ends it at once. Returns what takes that back. */
export function whenInterrupted(end: () => void): () => void {
  const release = () => {
    for (const name of SIGNALS) process.off(name, react);
  };
  const react = () => {
    release();
    end();
  };
  for (const name of SIGNALS) process.on(name, react);
  return release;
}
