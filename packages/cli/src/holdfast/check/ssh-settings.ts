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
