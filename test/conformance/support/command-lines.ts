import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import type { Check, Options } from './conformance.ts';

/** Words of a command line; a string stands for its parts between blanks. */
export type Words = string | readonly string[];

/**
 * Fills in `{P}` (a free port; also `{P:hex}`, `{P:oct}`), `{Q}` (the port behind it), `{D}` (the directory of the run)
 * and, as a whole word, `{LOOP}` and `{ECHO}`: the forwards of ARG-3 and, to port 7, of ARG-4.
 */
export function expandWords(words: Words, given: { port: number; dir: string }): string[] {
  const list = typeof words === 'string' ? words.split(' ').filter((word) => word !== '') : words;
  const { port, dir } = given;
  const forwards: Record<string, string[]> = {
    '{LOOP}': ['-L', `${port}:127.0.0.1:${port}`, '-R', `${port}:127.0.0.1:${port + 1}`],
    '{ECHO}': ['-L', `${port}:127.0.0.1:7`],
  };
  const fill = (word: string) =>
    word
      .replaceAll('{P}', String(port))
      .replaceAll('{P:hex}', `0x${port.toString(16)}`)
      .replaceAll('{P:oct}', `0${port.toString(8)}`)
      .replaceAll('{Q}', String(port + 1))
      .replaceAll('{D}', dir);
  return list.flatMap((word) => forwards[word] ?? [fill(word)]);
}

/** [rule, words given, words ssh must get, more]; several right answers are separated by ` or `. */
export type WordsRow = readonly [rule: string, given: Words, want: Words, more?: RowOptions];

/** [rule, words given, more] */
export type RefusedRow = readonly [rule: string, given: Words, more?: RowOptions];

interface RowOptions extends Options {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly says?: RegExp;
}

function show(words: Words, env: RowOptions['env'] = {}): string {
  const list = typeof words === 'string' ? [words] : words.map((word) => JSON.stringify(word));
  const settings = Object.entries(env).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  const all = [...settings, ...list].join(' ');
  return all.length > 120 ? `${all.slice(0, 100)}... (${all.length})` : all;
}

/** Runs the command once and compares what ssh got. The forwards may stand first in any case (ARG-6). */
export function checkWords(check: Check, rows: readonly WordsRow[]): void {
  for (const [rule, given, want, more = {}] of rows) {
    const title = `${rule}: ${show(given, more.env)} -> ssh ${show(want)}`;
    check(title, more, async ({ launch }) => {
      const run = await launch({ args: given, ...(more.env && { env: more.env }) });
      expect(await run.waitForExit()).toBe(0);
      await run.waitForNobody();
      expect(run.countStarts()).toBe(1);
      const answers = typeof want === 'string' ? want.split(' or ') : [want];
      const allowed = answers.flatMap((answer) => [answer, moveForwards(answer)]);
      const choices = allowed.map((words) => run.expand(words));
      const isGiven = (words: string[]) => isDeepStrictEqual(words, run.argv());
      expect(run.argv()).toEqual(choices.find(isGiven) ?? choices[0]);
    });
  }
}

function moveForwards(words: Words): Words {
  if (typeof words !== 'string') return words;
  const forwards = /\{(LOOP|ECHO)\}/.exec(words)?.[0] ?? '';
  return `${forwards} ${words.replace(forwards, '')}`;
}

/** The command ends with status 1 and starts nothing; `says` is what stderr shows. */
export function checkRefused(check: Check, rows: readonly RefusedRow[]): void {
  for (const [rule, given, more = {}] of rows) {
    check(`${rule}: ${show(given, more.env)} -> refused`, more, async ({ launch }) => {
      const run = await launch({ args: given, ...(more.env && { env: more.env }) });
      expect(await run.waitForExit()).toBe(1);
      await run.waitForNobody();
      await run.waitForClosedStreams();
      expect(run.countStarts()).toBe(0);
      if (more.says !== undefined) expect(run.stderr()).toMatch(more.says);
    });
  }
}
