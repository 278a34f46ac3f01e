/**
 * Whether tests have to be skipped because something is missing here; for `describe.skipIf`.
 *
 * Where `CI` is `true` a missing part throws: there, a test that is skipped is a failure.
 */
export function skipWithout(what: string, isThere: boolean): boolean {
  if (!isThere && process.env['CI'] === 'true') throw new Error(`missing here: ${what}`);
  return !isThere;
}
