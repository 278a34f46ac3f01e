import { askSettings, valuesOf, type AskedSsh } from '../../../child/ssh-settings.ts';
import { parseForward, type Forward, type ForwardKind } from '../../../forward/forward.ts';

/** How `ssh -G` calls the forwards of each kind. */
const KEYWORDS = [
  ['localforward', 'local'],
  ['dynamicforward', 'socks'],
  ['remoteforward', 'remote'],
] as const satisfies readonly (readonly [string, ForwardKind])[];

/**
 * The forwards that ssh_config gives an ssh besides those of its tunnel: ssh opens them too, and with `ExitOnForwardFailure no`, or where it has
 * one of two addresses, says nothing that counts when it cannot.
 *
 * Empty if ssh cannot be asked. Never rejects.
 */
export async function askConfigForwards(ssh: AskedSsh): Promise<readonly Forward[]> {
  return await askSettings(ssh).then(readConfigForwards, () => []);
}

/** Reads the forwards in what `ssh -G` says. */
export function readConfigForwards(settings: string): readonly Forward[] {
  const locals = new Set(valuesOf(settings, 'localforward').map((value) => value.split(' ')[0]));
  return KEYWORDS.flatMap(([keyword, kind]) =>
    valuesOf(settings, keyword).flatMap((value) => {
      // ssh lists a local forward to a Unix socket a second time, as if it were a dynamic one.
      if (kind === 'socks' && locals.has(value)) return [];
      const reading = parseForward(kind, asOption(value));
      return 'value' in reading ? [reading.value] : [];
    }),
  );
}

/** `[127.0.0.1]:80 [db]:5432` as -L would have it: `127.0.0.1:80:db:5432`. */
function asOption(value: string): string {
  const [listen = '', target] = value.split(' ');
  const ends = target === undefined || target === '[socks]:0' ? [listen] : [listen, target];
  return ends.map((end) => end.replace(/^\[([^\]:]*)\]/, '$1')).join(':');
}
