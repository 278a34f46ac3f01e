import { loadCompiledProgram } from '../../compiled-program.ts';

/** The bundles that `holdfast` is made of. Each has what its commands need, so that a quick command loads little. */
export type BundleName = 'client' | 'file' | 'supervisor' | 'inspector';

/** What a program loads once it is wanted, and has no commands. */
type LateBundle = 'monitor';

/** The commands that need more than a connection to the supervisor. */
const BUNDLE_OF = {
  up: 'file',
  logs: 'file',
  check: 'file',
  config: 'file',
  inspect: 'file',
  import: 'file',
  service: 'file',
  'complete-names': 'file',
  run: 'supervisor',
  supervise: 'supervisor',
  chart: 'inspector',
  record: 'inspector',
  replay: 'inspector',
  report: 'inspector',
} as const satisfies Readonly<Record<string, BundleName>>;

/** The commands of a bundle but the client's, which has all the others. */
export type ListedOf<TBundle extends BundleName> = {
  [TName in keyof typeof BUNDLE_OF]: (typeof BUNDLE_OF)[TName] extends TBundle ? TName : never;
}[keyof typeof BUNDLE_OF];

/** The bundle that has a command; whatever is no command is dealt with by the quickest. */
export function bundleOf(word: string | undefined): BundleName {
  const isListed = word !== undefined && Object.hasOwn(BUNDLE_OF, word);
  return isListed ? BUNDLE_OF[word as keyof typeof BUNDLE_OF] : 'client';
}

/** Loads a bundle. The folder is where it is; default: beside this program. */
export function loadBundle<TExports>(name: BundleName | LateBundle, folder?: string): TExports {
  return loadCompiledProgram<TExports>(`holdfast-${name}`, folder);
}
