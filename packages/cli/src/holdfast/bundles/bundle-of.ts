import { loadCompiledProgram } from '../../compiled-program.ts';
import type { CommandName } from '../commands.ts';

/** The bundles that `holdfast` is made of. Each has what its commands need, so that a quick command loads little. */
export type BundleName = 'client' | 'file' | 'supervisor' | 'inspector';

/** The commands that need more than a connection to the supervisor. */
const BUNDLE_OF = {
  up: 'file',
  logs: 'file',
  check: 'file',
  config: 'file',
  inspect: 'file',
  import: 'file',
  'complete-names': 'file',
  run: 'supervisor',
  supervise: 'supervisor',
  chart: 'inspector',
  record: 'inspector',
  replay: 'inspector',
  report: 'inspector',
} as const satisfies Partial<Record<CommandName, BundleName>>;

type Listed = keyof typeof BUNDLE_OF;

/** The commands of a bundle; those that are not listed are the client's. */
export type CommandOf<TBundle extends BundleName> =
  | (TBundle extends 'client' ? Exclude<CommandName, Listed> : never)
  | { [TName in Listed]: (typeof BUNDLE_OF)[TName] extends TBundle ? TName : never }[Listed];

/** The bundle that has a command; whatever is no command is dealt with by the quickest. */
export function bundleOf(word: string | undefined): BundleName {
  const isListed = word !== undefined && Object.hasOwn(BUNDLE_OF, word);
  return isListed ? BUNDLE_OF[word as Listed] : 'client';
}

/** Loads a bundle. The folder is where it is; default: beside this program. */
export function loadBundle<TExports>(name: BundleName, folder?: string): TExports {
  return loadCompiledProgram<TExports>(`holdfast-${name}`, folder);
}
