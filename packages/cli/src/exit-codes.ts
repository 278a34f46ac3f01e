/** Every exit status of `autossh` (docs/rules.md, STAT-1 to STAT-3). */
export const AUTOSSH_EXIT = {
  /** ssh had done its work, a limit was reached, or help or version was asked for. */
  ok: 0,
  /** Anything else. Under the rules of 1.3, ends after the first start of ssh have status 0 instead. */
  error: 1,
} as const;

/** Every exit status of `holdfast`. */
export const HOLDFAST_EXIT = {
  ok: 0,
  /** The command could not do what it was asked. */
  error: 1,
  /** The command line makes no sense. */
  usage: 2,
} as const;
