/**
 * Hands on what is missing here, for `describe.skipIf` and titles.
 *
 * Where `CI` is `true`, something missing throws: there, a test that is skipped would pass for one that was run.
 */
export function missingPart(missing: string | undefined): string | undefined {
  if (missing !== undefined && process.env['CI'] === 'true') throw new Error(missing);
  return missing;
}
