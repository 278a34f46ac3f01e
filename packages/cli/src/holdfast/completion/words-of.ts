import type { Command } from '../words/command.ts';

/** `--wait --json -h`: every way to write an option of a command. */
export function optionWordsOf({ options }: Command): readonly string[] {
  return Object.entries(options).flatMap(([name, { short }]) =>
    short === undefined ? [`--${name}`] : [`--${name}`, `-${short}`],
  );
}

/** The options of a command that take a value, each with what can be said about the value. */
export function valueOptionsOf({ options }: Command): readonly ValueOption[] {
  return Object.entries(options).flatMap(([name, { takes, short, choices }]) => {
    if (takes === undefined) return [];
    const words = short === undefined ? [`--${name}`] : [`--${name}`, `-${short}`];
    return [{ words, takes, ...(choices === undefined ? {} : { choices }) }];
  });
}

export interface ValueOption {
  readonly words: readonly string[];
  readonly takes: string;
  readonly choices?: readonly string[];
}

/** A text as one word of a shell. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
