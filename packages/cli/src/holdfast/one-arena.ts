type Environment = Readonly<Record<string, string | undefined>>;

const NAME = 'MALLOC_ARENA_MAX';
const ONE = '1';

/**
 * The environment in which glibc keeps what it allocates in one place, and not in one for each thread: some megabytes less for
 * hundreds of tunnels. What the user says about it stands. Other C libraries do not know it.
 *
 * @see https://man7.org/linux/man-pages/man3/mallopt.3.html
 */
export function withOneArena(env: Environment): Environment {
  return { [NAME]: ONE, ...env };
}

/** Takes it out again, for the programs that are started from here: it was read when this one began. */
export function forgetOneArena(env: Record<string, string | undefined>): void {
  if (env[NAME] === ONE) delete env[NAME];
}
