import { constants } from 'node:os';

/** Where the lines of sh in front of the programs leave the ignored signals, as bits. */
const NAME = 'HOLDFAST_IGNORED';

/** So many signals have a bit there; the real-time signals have none. */
const BITS = 31;

/**
 * The signals that were ignored when this program was started. They are taken out of the environment, so that no child sees them.
 *
 * Node resets all signals as it starts, so that the few lines of sh in front of it have to look (`scripts/launcher.sh`). When node was
 * started without them, nobody knows, and there are none.
 */
export function takeIgnoredSignals(
  env: Record<string, string | undefined>,
): readonly NodeJS.Signals[] {
  const bits = Number(env[NAME] ?? 0);
  delete env[NAME];
  if (!Number.isSafeInteger(bits) || bits <= 0) return [];
  // Some signals have two names.
  const names = new Map(
    Object.entries(constants.signals).map(([name, number]) => [number, name as NodeJS.Signals]),
  );
  return [...names]
    .filter(([number]) => number <= BITS && (bits >>> (number - 1)) & 1)
    .map(([, name]) => name);
}

/** Hands the list on to this program's own other process. */
export function giveIgnoredSignals(ignored: readonly NodeJS.Signals[]): Record<string, string> {
  if (ignored.length === 0) return {};
  const bits = ignored.reduce((sum, name) => sum + 2 ** (constants.signals[name] - 1), 0);
  return { [NAME]: String(bits) };
}

/**
 * Those that go on being ignored here by a listener that does nothing.
 *
 * Not those that Node needs for itself (SIGCHLD, SIGPROF), nor those that tell of a fault, and not SIGTTIN and SIGTTOU: the system would
 * repeat what was refused to a process that hears them for ever.
 */
const CAN_BE_IGNORED: readonly NodeJS.Signals[] = [
  'SIGHUP',
  'SIGINT',
  'SIGQUIT',
  'SIGUSR1',
  'SIGUSR2',
  'SIGALRM',
  'SIGVTALRM',
  'SIGTSTP',
  'SIGXCPU',
  'SIGPWR',
];

/** Goes on ignoring what was ignored at the start and has no other listener here. */
export function keepIgnoring(ignored: readonly NodeJS.Signals[]): void {
  for (const name of CAN_BE_IGNORED) {
    if (ignored.includes(name) && process.listenerCount(name) === 0)
      process.on(name, () => undefined);
  }
}
