import { askSettings, expandPath, valuesOf, type AskedSsh } from '../../../program/ssh-settings.ts';
import { mayNeedTouch } from '../../../credentials/key-file.ts';
import { parseForward, type Forward, type ForwardKind } from '../../../forward/forward.ts';
import { whySettingsForbid } from '../witness.ts';

/** What ssh_config makes of a tunnel, besides what the tunnel says itself. */
export interface SshConfig {
  /**
   * The forwards that ssh_config adds: ssh opens them too, and with `ExitOnForwardFailure no`, or where it has one of two addresses, says
   * nothing that counts when it cannot. None if ssh cannot be asked.
   */
  readonly forwards: readonly Forward[];
  /** Why it allows no second login, as the end of a sentence. */
  readonly noWitness: string | undefined;
}

/**
 * Asks an ssh what ssh_config makes of its tunnel: once, for all who want to know. Never rejects.
 *
 * @param options - the tunnel's own.
 */
export async function askSshConfig(ssh: AskedSsh, options: readonly string[]): Promise<SshConfig> {
  const settings = await askSettings(ssh).catch(() => undefined);
  return {
    forwards: settings === undefined ? [] : readConfigForwards(settings),
    noWitness: whySettingsForbid({ settings, options, mayNeedTouch: mayFileNeedTouch }),
  };
}

function mayFileNeedTouch(written: string): boolean {
  const path = expandPath(written);
  return path !== undefined && mayNeedTouch(path);
}

/** How `ssh -G` calls the forwards of each kind. */
const KEYWORDS = [
  ['localforward', 'local'],
  ['dynamicforward', 'socks'],
  ['remoteforward', 'remote'],
] as const satisfies readonly (readonly [string, ForwardKind])[];

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
