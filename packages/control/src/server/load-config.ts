import type { LocatedError } from '@holdfast/config';
import type { TunnelSpec } from '@holdfast/engine';

/** What became of reading a file of tunnels. */
export type LoadedConfig =
  | { readonly kind: 'loaded'; readonly tunnels: readonly TunnelSpec[] }
  /** Everything that is wrong with it. */
  | { readonly kind: 'invalid'; readonly errors: readonly LocatedError[] }
  /** One sentence: why it cannot be read. */
  | { readonly kind: 'unreadable'; readonly sentence: string };

/** Reads the file of tunnels at an absolute path. */
export type LoadConfig = (path: string) => Promise<LoadedConfig>;
