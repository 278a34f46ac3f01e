import { listNames, nearestWord, quoted } from '@holdfast/text';
import type { Draft } from './draft.ts';
import type { Finding } from './finding.ts';
import { nameFault, NAME_ALLOWED } from './names.ts';

/** Of long files only so many names are told. */
const MOST_TOLD = 12;

/** The time it takes to compare all names with each other grows with their square. */
const MOST_COMPARED = 500;

/** Names that cannot be names, and names that are no tunnel's or no forward's. */
export function nameFindings(drafts: readonly Draft[]): readonly Finding[] {
  const names = new Set(drafts.map(({ name }) => name));
  return drafts.flatMap((draft) => [
    ...tunnelName(draft),
    ...unknownTunnels(draft, names),
    ...unknownForwards(draft),
  ]);
}

function tunnelName({ name }: Draft): readonly Finding[] {
  const fault = nameFault(name);
  if (fault === undefined) return [];
  return [
    {
      code: 'invalid-name',
      path: ['tunnels', name],
      part: 'key',
      wrong: `the name ${quoted(name)} ${fault}`,
      allowed: `a tunnel takes ${NAME_ALLOWED}`,
    },
  ];
}

function unknownTunnels({ name, after }: Draft, names: ReadonlySet<string>): readonly Finding[] {
  const unknown = after.filter(({ value }) => value !== '' && !names.has(value));
  if (unknown.length === 0) return [];
  const others = [...names].filter((other) => other !== name);
  return unknown.map(({ value, path }) => ({
    code: 'unknown-tunnel',
    path,
    part: 'value',
    wrong: `no tunnel is called ${quoted(value)}`,
    allowed: `after takes names of tunnels in this file: ${told(others)}`,
    nearest: names.size > MOST_COMPARED ? undefined : nearest(value, others),
  }));
}

function unknownForwards({ forwards, checked }: Draft): readonly Finding[] {
  const texts = forwards.map(({ value }) => value.text);
  const unknown = checked.filter(({ value }) => value !== '' && !texts.includes(value));
  return unknown.map(({ value, path }) => ({
    code: 'unknown-forward',
    path,
    part: 'value',
    wrong: `this tunnel has no forward ${quoted(value)}`,
    allowed: `forward takes one of its forwards as it is written there: ${told(texts)}`,
    nearest: nearest(value, texts),
  }));
}

function nearest(word: string, known: readonly string[]): string | undefined {
  const meant = nearestWord(word, known);
  return meant === undefined ? undefined : quoted(meant);
}

function told(words: readonly string[]): string {
  if (words.length === 0) return 'there are none';
  return listNames(words.map(quoted), MOST_TOLD);
}
