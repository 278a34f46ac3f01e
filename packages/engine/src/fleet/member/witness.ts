import { valuesOf } from '../../program/ssh-settings.ts';
import { readSshWords } from '../../ssh-options/read-words.ts';
import { settingOfOption } from '../../ssh-options/settings.ts';
import type { ManagedSpec } from '../fleet-tunnel.ts';
import { ownsControlPath } from './ssh/own-options.ts';

// An ssh that does not answer may be dead, or the path may be. A second ssh to the same place, the challenger, is the witness who tells. It
// comes by itself, while nobody looks: so it has to log in without anybody, and its login must do nothing else. What can be known of that
// beforehand is here. Of the rest its failure tells, such as a login that the server refuses: `CHALLENGER_VERDICTS` in @holdfast/machines.
//
// What cannot be known: whether an agent, a smart card or a jump host asks somebody, and whether one address is several machines.

/** What a tunnel and its fleet say about a second login. */
export interface WitnessSetting {
  readonly tunnel: Pick<ManagedSpec, 'challenge' | 'heartbeat' | 'options'>;
  /** Whether somebody sits at a terminal, who may have answered ssh's questions. */
  readonly isInteractive: boolean;
  /** Whether ssh is that of OpenSSH, or a script that only hands its words on to it. */
  readonly isOpenSsh: boolean;
}

/**
 * Why no second login can be had for a tunnel, as the end of a sentence; `undefined`: so far nothing is in the way.
 *
 * @see docs/decisions/0016-make-before-break.md
 */
export function whyNoWitness({
  tunnel: { challenge, heartbeat, options },
  isInteractive,
  isOpenSsh,
}: WitnessSetting): string | undefined {
  if (!challenge) return '`challenge` is false';
  if (heartbeat !== 'mux') return 'the heartbeat is not `mux`';
  if (ownsControlPath(options)) return 'its options say where the control socket is';
  if (isInteractive) return 'ssh may have asked for something at the terminal';
  return isOpenSsh
    ? undefined
    : 'ssh is not that of OpenSSH, or a script that does more than run it';
}

/** What ssh makes of its command line and of ssh_config. */
export interface WitnessConfig {
  /** What `ssh -G` says; `undefined` if it could not be asked. */
  readonly settings: string | undefined;
  /** The tunnel's own options. */
  readonly options: readonly string[];
  /** Whether somebody may have to touch the key that a setting names. */
  readonly mayNeedTouch: (file: string) => boolean;
}

/** Why ssh's settings allow no second login, as the end of a sentence; `undefined`: they do. */
export function whySettingsForbid(config: WitnessConfig): string | undefined {
  const { settings } = config;
  if (settings === undefined) return 'ssh does not tell its settings (`ssh -G`)';
  return whatElseItDoes(settings) ?? whoeverIsAsked(settings, config);
}

/**
 * What ssh does at a login besides the tunnel's own work.
 *
 * The second ssh opens neither the forwards of ssh_config nor a device (`ClearAllForwardings`), and so could not replace the first. A
 * `RemoteCommand` is not here: with -N nothing runs it. Nor is what every ssh needs to get there, such as a `ProxyCommand`.
 */
function whatElseItDoes(settings: string): string | undefined {
  const has = (keyword: string) => valuesOf(settings, keyword).length > 0;
  const forward = FORWARDS.find(([keyword]) => has(keyword));
  if (forward !== undefined) return `ssh has a forward that is not the tunnel's (${forward[1]})`;
  if (!isOff(settings, 'tunnel')) return 'ssh opens a device (Tunnel)';
  const isCommand = has('localcommand') && !isOff(settings, 'permitlocalcommand');
  return isCommand ? 'ssh runs a command at every login (LocalCommand)' : undefined;
}

const FORWARDS = [
  ['localforward', 'LocalForward'],
  ['remoteforward', 'RemoteForward'],
  ['dynamicforward', 'DynamicForward'],
] as const;

/** Who is asked at each login, if somebody is. */
function whoeverIsAsked(
  settings: string,
  { options, mayNeedTouch }: WitnessConfig,
): string | undefined {
  const takes = unaskedMethods(settings);
  // Else ssh has `BatchMode=yes`: what asks nothing the first time asks nothing the second.
  if (takes.length === 0 && mayAsk(options)) return 'ssh has to ask for something at every login';
  if (!takes.includes('publickey')) return undefined;
  const [agent] = valuesOf(settings, 'addkeystoagent');
  const [, asked] = /^(ask|confirm)\b/.exec(agent ?? '') ?? [];
  if (asked !== undefined)
    return `somebody may have to confirm every login (AddKeysToAgent ${asked})`;
  const key = valuesOf(settings, 'identityfile').find(mayNeedTouch);
  return key === undefined ? undefined : `somebody may have to touch the key ${key} at every login`;
}

/** Ways to log in for which nothing is typed, and what switches them on. */
const METHODS = [
  ['publickey', 'pubkeyauthentication'],
  ['hostbased', 'hostbasedauthentication'],
  ['gssapi-with-mic', 'gssapiauthentication'],
] as const;

function unaskedMethods(settings: string): readonly string[] {
  const preferred = valuesOf(settings, 'preferredauthentications')[0]?.split(',');
  return METHODS.flatMap(([method, keyword]) => {
    const isMeant = preferred === undefined || preferred.includes(method);
    return isMeant && !isOff(settings, keyword) ? [method] : [];
  });
}

/** Whether a tunnel's own options take away that ssh asks nothing. */
function mayAsk(options: readonly string[]): boolean {
  const settings = readSshWords(options).options.map(settingOfOption);
  const batch = settings.find((each) => each?.keyword === 'batchmode');
  return batch !== undefined && !/^(?:yes|true)$/i.test(batch.value);
}

function isOff(settings: string, keyword: string): boolean {
  const [value = 'no'] = valuesOf(settings, keyword);
  return value === 'no' || value === 'false';
}
