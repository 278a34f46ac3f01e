import { readSshWords, type SshOption } from './read-words.ts';
import { settingOfOption } from './settings.ts';

/** An option because of which ssh does not say on its stderr why it ends. */
export interface Silence {
  /** As a user would look for it: `-q`, or `LogLevel=QUIET`. */
  readonly option: string;
  /** Where ssh says it instead; `undefined`: nowhere. */
  readonly elsewhere: string | undefined;
}

/**
 * What among the options of a tunnel keeps ssh from saying why it ends. Of two levels ssh takes the first, but a `-q` or `-v` counts over
 * what stands before it.
 *
 * @see `main()` https://github.com/openssh/openssh-portable/blob/V_9_2_P1/ssh.c
 */
export function findSilences(options: readonly string[]): readonly Silence[] {
  const read = readSshWords(options).options;
  let level: SshOption | undefined;
  for (const option of read) {
    const isFlag = option.letter === 'q' || option.letter === 'v';
    const isLevel = settingOfOption(option)?.keyword === 'loglevel';
    if (isFlag || (isLevel && level === undefined)) level = option;
  }
  const isQuiet = level !== undefined && QUIET.test(settingOfOption(level)?.value ?? '');
  return [
    ...(isQuiet ? [{ option: writtenOption(level!), elsewhere: undefined }] : []),
    ...read.flatMap((option) => {
      const elsewhere = placeOf(option);
      return elsewhere === undefined ? [] : [{ option: writtenOption(option), elsewhere }];
    }),
  ];
}

const QUIET = /^(?:quiet|silent|fatal)$/i;

function placeOf({ letter, argument }: SshOption): string | undefined {
  return letter === 'E' ? argument : letter === 'y' ? 'the system log' : undefined;
}

/** An option as a user would look for it in the tunnels file. */
export function writtenOption({ letter, argument }: SshOption): string {
  return letter === 'o' ? argument.trim() : `-${letter}`;
}
