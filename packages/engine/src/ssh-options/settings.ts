import type { SshOption } from './read-words.ts';

/** One line of ssh_config, as `-o` takes it too. */
export interface SshSetting {
  /** In lower case. */
  readonly keyword: string;
  /** Without quotes around it. */
  readonly value: string;
}

/**
 * Reads what stands behind `-o`: ssh skips blanks in front, takes the keyword and the value in quotes too, and has blanks or one `=` between
 * them. `undefined`: there is no keyword.
 *
 * @see https://github.com/openssh/openssh-portable/blob/V_9_2_P1/readconf.c `process_config_line_depth()`
 */
export function readSshSetting(argument: string): SshSetting | undefined {
  const [, keyword, value] = /^\s*"?([A-Za-z0-9]+)"?(?:\s*=\s*|\s+|$)(.*)$/s.exec(argument) ?? [];
  if (keyword === undefined) return undefined;
  return { keyword: keyword.toLowerCase(), value: unquoted(value!.trim()) };
}

function unquoted(value: string): string {
  return /^"([^"]*)"$/.exec(value)?.[1] ?? value;
}

/** What a flag says, as the setting that it is short for. */
const FLAG_SETTINGS: Readonly<Record<string, SshSetting>> = {
  f: { keyword: 'forkafterauthentication', value: 'yes' },
  q: { keyword: 'loglevel', value: 'QUIET' },
};

/** What an option says as a setting; `undefined` for options that are no setting. */
export function settingOfOption({ letter, argument }: SshOption): SshSetting | undefined {
  return letter === 'o' ? readSshSetting(argument) : FLAG_SETTINGS[letter];
}

/**
 * Whether a setting sends ssh to the background, where nobody supervises it: it outlives its supervisor, and holds the ports that the next
 * ssh needs.
 *
 * `ControlPersist` does so because a managed ssh has a control socket.
 *
 * @see https://github.com/openssh/openssh-portable/blob/V_9_2_P1/ssh.c `ssh_session2()`
 */
export function goesToBackground(setting: SshSetting | undefined): boolean {
  if (setting === undefined) return false;
  const { keyword, value } = setting;
  const isOff = /^(?:no|false)$/i.test(value);
  return (keyword === 'forkafterauthentication' || keyword === 'controlpersist') && !isOff;
}
