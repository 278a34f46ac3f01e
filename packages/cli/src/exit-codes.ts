/** Every exit status of `autossh` (docs/rules.md, STAT-1 to STAT-3). */
export const AUTOSSH_EXIT = {
  /** ssh had done its work, a limit was reached, or help or version was asked for. */
  ok: 0,
  /** Anything else. Under the rules of 1.3, ends after the first start of ssh have status 0 instead. */
  error: 1,
} as const;

/** Every exit status of `holdfast` (docs/holdfast.md, "Exit status"). */
export const HOLDFAST_EXIT = {
  ok: 0,
  /** The command could not do what it was asked, or found something that stands in the way. */
  error: 1,
  /** Invalid command line. */
  usage: 2,
  /** No supervisor is running, and the command needs one. */
  notRunning: 3,
  /** The tunnels file cannot be read, or has errors. Nothing was changed. */
  badFile: 4,
  /** Done, but not every named tunnel is healthy. */
  unhealthy: 5,
  /** A supervisor is running, and does not answer. */
  unreachable: 6,
} as const;

/** A status with which `holdfast` ends. */
export type HoldfastExit = (typeof HOLDFAST_EXIT)[keyof typeof HOLDFAST_EXIT];
