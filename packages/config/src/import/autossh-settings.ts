import { UNLIMITED_STARTS } from '@holdfast/machines';
import { readAutosshEnvironment, type AutosshEnvironment } from '../autossh-environment.ts';
import { isSettingError } from '../setting-error.ts';
import type { FoundTunnel } from './found-tunnel.ts';

/** The variables of a command, by name. */
export type Environment = Readonly<Record<string, string>>;

type Settings = Pick<
  FoundTunnel,
  'monitor' | 'pollSeconds' | 'gateSeconds' | 'maxStarts' | 'notes'
>;

/** The variables that have a place in a file of tunnels. */
const IMPORTED = new Set([
  'AUTOSSH_POLL',
  'AUTOSSH_GATETIME',
  'AUTOSSH_MAXSTART',
  'AUTOSSH_PORT',
  'AUTOSSH_RULES',
]);

const LONGEST_SECONDS = 86_400;

/** What AUTOSSH_ variables say about a tunnel. Those that are wrong, or have no place in a file of tunnels, are told in notes. */
export function readSettings(environment: Environment, isBackground: boolean): Settings {
  const { read, said, notes } = readGood(environment);
  const isSaid = (name: string) => said[name] !== undefined;
  const left = Object.keys(said).filter((name) => !IMPORTED.has(name));
  if (left.length > 0) notes.push(`${left.join(', ')}: a file of tunnels has no place for it`);
  if (isSaid('AUTOSSH_MAXSTART') && read.maxStarts === 0) {
    notes.push('AUTOSSH_MAXSTART was 0, so that autossh never started ssh: left out');
  }
  return {
    monitor: said['AUTOSSH_PORT'] === '' ? undefined : said['AUTOSSH_PORT'],
    pollSeconds: isSaid('AUTOSSH_POLL') ? Math.min(read.pollSeconds, LONGEST_SECONDS) : undefined,
    gateSeconds: isSaid('AUTOSSH_GATETIME') ? gateSeconds(read, isBackground) : undefined,
    maxStarts: isSaid('AUTOSSH_MAXSTART') ? maxStarts(read) : undefined,
    notes,
  };
}

// -f sets it to 0, whatever AUTOSSH_GATETIME says.
function gateSeconds(read: AutosshEnvironment, isBackground: boolean): number {
  return isBackground ? 0 : Math.min(read.gateSeconds, LONGEST_SECONDS);
}

/** In a file of tunnels the highest number is a thousand million. */
function maxStarts({ maxStarts: starts }: AutosshEnvironment): number | 'unlimited' | undefined {
  if (starts === UNLIMITED_STARTS || starts > 1_000_000_000) return 'unlimited';
  return starts === 0 ? undefined : starts;
}

interface Good {
  readonly read: AutosshEnvironment;
  /** The AUTOSSH_ variables that are not wrong. */
  readonly said: Record<string, string | undefined>;
  readonly notes: string[];
}

/** Reads what is right, and tells what is wrong: one error is found at a time. */
function readGood(environment: Environment): Good {
  const ours = Object.entries(environment).filter(([name]) => name.startsWith('AUTOSSH_'));
  const said: Record<string, string | undefined> = Object.fromEntries(ours);
  const notes: string[] = [];
  for (;;) {
    try {
      return { read: readAutosshEnvironment(said), said, notes };
    } catch (error) {
      if (!isSettingError(error) || said[error.setting] === undefined) throw error;
      notes.push(`${error.message}: left out`);
      delete said[error.setting];
    }
  }
}
