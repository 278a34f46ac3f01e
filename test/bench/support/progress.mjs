/** Tells whoever waits what goes on. */
export function progress(text) {
  process.stderr.write(`       ${text}\n`);
}
