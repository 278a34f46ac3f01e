import type { FileSettings, LocatedError } from '@holdfast/config';
import type { Fleet, FleetChanges, TunnelSpec } from '@holdfast/engine';
import { count } from '@holdfast/text';
import { ApiError } from './api-error.ts';

/** What became of reading a tunnels file. */
export type LoadedConfig =
  | {
      readonly kind: 'loaded';
      readonly tunnels: readonly TunnelSpec[];
      /** What it says besides its tunnels. Default: nothing. */
      readonly settings?: FileSettings;
    }
  /** Everything that is wrong with it. */
  | { readonly kind: 'invalid'; readonly errors: readonly LocatedError[] }
  /** One sentence: why it cannot be read. */
  | { readonly kind: 'unreadable'; readonly sentence: string };

/** Reads the tunnels file at an absolute path. */
export type LoadConfig = (path: string) => Promise<LoadedConfig>;

/** The tunnels file that a fleet runs. */
export interface RunningConfig {
  /** Absolute path of the file that was applied last. */
  readonly path: string;
  /** Reads the file again, or another one, and applies it; one after the other, in the order they were asked for. */
  reload(path?: string): Promise<FleetChanges>;
}

/** Hears of a file that is read again: the work, from its order to its end. */
export type OnReload = (work: Promise<unknown>) => void;

interface Reloading {
  readonly fleet: Fleet;
  readonly loadConfig: LoadConfig;
  readonly onReload?: OnReload | undefined;
  /** Told of what the file says besides its tunnels, when they were applied. */
  readonly onSettings?: ((settings: FileSettings) => void) | undefined;
}

/** Keeps the fleet and its file together. */
export function createRunningConfig(
  firstPath: string,
  { fleet, loadConfig, onReload, onSettings }: Reloading,
): RunningConfig {
  let current = firstPath;
  let last: Promise<unknown> = Promise.resolve();
  const apply = async (path: string) => {
    const { tunnels, settings } = await load(path, loadConfig);
    const changes = await fleet.apply(tunnels);
    current = path;
    if (settings !== undefined) onSettings?.(settings);
    return changes;
  };
  return {
    get path() {
      return current;
    },
    reload(path) {
      const turn = last.then(() => apply(path ?? current));
      last = turn.catch(() => undefined);
      onReload?.(turn);
      return turn;
    },
  };
}

async function load(path: string, loadConfig: LoadConfig) {
  const loaded = await loadConfig(path);
  switch (loaded.kind) {
    case 'loaded':
      return loaded;
    case 'invalid':
      throw new ApiError('config-invalid', invalidSentence(path, loaded.errors.length), {
        locations: loaded.errors,
      });
    case 'unreadable':
      throw new ApiError('config-unreadable', loaded.sentence);
  }
}

function invalidSentence(path: string, errors: number): string {
  return `${path} has ${count(errors, 'error')}: nothing was changed`;
}
