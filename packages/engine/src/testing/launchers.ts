import { launchPlainly } from '../child/launch-plainly.ts';
import { launchWithExeca } from '../child/launch-with-execa.ts';
import type { Launch } from '../child/launch.ts';

/** Every launcher: what holds for one has to hold for all. */
export const LAUNCHERS = { launchPlainly, launchWithExeca } satisfies Record<string, Launch>;

/** The name of a launcher. */
export type LauncherName = keyof typeof LAUNCHERS;

/** The names of all launchers, for tables. */
export const LAUNCHER_NAMES = Object.keys(LAUNCHERS) as LauncherName[];
