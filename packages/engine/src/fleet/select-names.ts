import picomatch from 'picomatch';

/** What a selection looks at. */
export interface SelectableTunnel {
  readonly name: string;
  /** What `tag:NAME` finds it by. */
  readonly tags: readonly string[];
  /** Whether no name at all means it, too. */
  readonly enabled: boolean;
}

/** The selected names, or the first pattern that selects none. */
export type SelectedNames =
  | { readonly names: readonly string[]; readonly unmatched?: never }
  | { readonly unmatched: string; readonly names?: never };

const TAG = 'tag:';
/** Each of them multiplies the ways in which a text can match: with more, one pattern could hold up every tunnel. */
const MOST_WILDCARDS = 4;
const LONGEST_PATTERN = 256;

/**
 * The tunnels that a list of names, globs (`db-*`, `{db,web}-1`) and tags (`tag:web`, `tag:w*`) means, in the order of the tunnels.
 *
 * An empty list means all tunnels or, if so asked, those that are enabled. A pattern that selects nothing is an error, since it
 * is more often a typo than a wish. A name in full selects its tunnel whatever its letters; a pattern of more than 4 `*` and `{`, or of more than
 * 256 characters, selects nothing.
 */
export function selectNames(
  patterns: readonly string[],
  tunnels: readonly SelectableTunnel[],
  whenEmpty: 'all' | 'enabled' = 'all',
): SelectedNames {
  const selected = new Set<SelectableTunnel>();
  for (const pattern of patterns) {
    const matches = compilePattern(pattern);
    const found = tunnels.filter(matches);
    if (found.length === 0) return { unmatched: pattern };
    for (const tunnel of found) selected.add(tunnel);
  }
  const isMeant = ({ enabled }: SelectableTunnel) => enabled || whenEmpty === 'all';
  const meant =
    patterns.length === 0 ? isMeant : (tunnel: SelectableTunnel) => selected.has(tunnel);
  return { names: tunnels.filter(meant).map(({ name }) => name) };
}

function compilePattern(pattern: string): (tunnel: SelectableTunnel) => boolean {
  if (!pattern.startsWith(TAG)) {
    const matches = compileGlob(pattern);
    return ({ name }) => matches(name);
  }
  const matches = compileGlob(pattern.slice(TAG.length));
  return ({ tags }) => tags.some(matches);
}

function compileGlob(glob: string): (text: string) => boolean {
  if (!/[*?[{]/.test(glob)) return (text) => text === glob;
  const wildcards = glob.match(/[*{]/g)?.length ?? 0;
  if (wildcards > MOST_WILDCARDS || glob.length > LONGEST_PATTERN) return () => false;
  // Names have `+` and `@` in them, and `!` would turn a typo into its opposite.
  const matches = picomatch(glob, { dot: true, noextglob: true, nonegate: true });
  return (text) => matches(text);
}
