/** Where the reference is written to; git ignores it. */
export const REFERENCE: string;

/** The reference, made from the sources: its pages by their place in {@link REFERENCE}, and what is wrong with the comments. */
export function renderReference(): Promise<{
  readonly pages: ReadonlyMap<string, string>;
  readonly problems: readonly string[];
}>;
