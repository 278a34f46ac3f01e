/**
 * What the original does wrong on purpose or by accident. A case that has one of these in its title tests the sensible
 * behaviour: it is expected to fail on the original, or is left out there where the failure comes and goes.
 */
export interface KnownBug {
  readonly id: string;
  readonly what: string;
  readonly isErratic?: boolean;
}

export const knownBugs: readonly KnownBug[] = [
  { id: 'BUG-1', what: '-M at the end of a cluster leaks to ssh together with its value' },
  { id: 'BUG-2', what: 'removing f skips the letter behind it' },
  { id: 'BUG-3', what: 'AUTOSSH_PORT with -M as first word: -M reaches ssh' },
  { id: 'BUG-4', what: 'f is removed from the words behind --' },
  { id: 'BUG-7', what: 'HUP, USR1 and USR2 kill it while it waits to restart' },
  { id: 'BUG-8', what: '-J is taken for a flag and -B is unknown' },
  { id: 'BUG-10', what: 'life time is not looked at while it waits to restart', isErratic: true },
  { id: 'BUG-11', what: 'a signal during a heartbeat counts as a dead tunnel' },
  { id: 'BUG-13', what: 'a stopped ssh is waited for without limit' },
  { id: 'BUG-15', what: 'each signal sets the poll timer anew' },
  { id: 'BUG-17', what: 'an option argument that begins with -M or -- is taken for that option' },
  { id: 'BUG-18', what: 'empty words are dropped, an empty AUTOSSH_PATH runs the first argument' },
  { id: 'BUG-19', what: 'numbers are cut to 32 bits, echo ports are not checked' },
  { id: 'BUG-20', what: 'errors in variables are told to syslog only' },
  { id: 'BUG-28', what: 'options behind the remote command are moved to the front' },
  { id: 'DEB-1', what: 'in Debian -M wins over AUTOSSH_PORT' },
];

/** The bug of the original that a case runs into, by the numbers in its title. */
export function getKnownBug(title: string): KnownBug | undefined {
  return knownBugs.find(({ id }) => new RegExp(`\\b${id}\\b`).test(title));
}
