import type { TunnelSpec } from '@holdfast/engine';

/** A tunnel that is looked at. */
export interface TunnelLook {
  readonly tunnel: TunnelSpec;
  readonly settings: SshSettings;
  /** The keywords that the options of the tunnel set, in lower case: the rest comes from ssh_config. */
  readonly ownKeywords: ReadonlySet<string>;
  /** Key files named on the command line that ssh has not found. */
  readonly missingKeys: readonly string[];
  /** Its ssh, if it runs. */
  readonly pid: number | undefined;
  readonly env: NodeJS.ProcessEnv;
  /** The public keys that the agent has, in base64. */
  readonly agentKeys: readonly string[];
}

/** How much a finding matters. A problem keeps a tunnel from coming up. */
export type Verdict = 'ok' | 'warning' | 'problem';

/** What was looked at. */
export type FindingAbout =
  'config' | 'ssh' | 'agent' | 'host-key' | 'identity' | 'port' | 'after' | 'options' | 'settings';

/** Something that `holdfast check` found out. */
export interface Finding {
  readonly verdict: Verdict;
  readonly about: FindingAbout;
  /** Without it: it concerns all. */
  readonly tunnel?: string;
  /** Lower case, without a full stop. */
  readonly sentence: string;
  readonly remedy?: string;
}

/** What a finding says, before it is known what it is about. */
export type FindingText = Pick<Finding, 'verdict' | 'sentence' | 'remedy'>;

/** What ssh makes of its options and files for a host: the values of each keyword, in lower case. */
export type SshSettings = ReadonlyMap<string, readonly string[]>;

/** Reads the output of `ssh -G`: a keyword and its value a line. @see ssh(1), -G. */
export function parseSshSettings(text: string): SshSettings {
  const settings = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [, keyword, value] = /^(\S+) (.*)$/.exec(line) ?? [];
    if (keyword === undefined) continue;
    settings.set(keyword, [...(settings.get(keyword) ?? []), value!]);
  }
  return settings;
}

/** The value of a keyword that has one; `undefined` also for `none`. */
export function settingOf(settings: SshSettings, keyword: string): string | undefined {
  const value = settings.get(keyword)?.[0];
  return value === 'none' ? undefined : value;
}
