import type { Draft } from './draft.ts';
import type { Finding } from './finding.ts';
import { nameFault, NAME_ALLOWED } from './names.ts';
import { nearestWord } from './nearest.ts';

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
      wrong: `the name ${JSON.stringify(name)} ${fault}`,
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
    wrong: `no tunnel is called ${JSON.stringify(value)}`,
    allowed: `after takes names of tunnels in this file: ${told(others)}`,
    nearest: names.size > MOST_COMPARED ? undefined : quoted(nearestWord(value, others)),
  }));
}

function unknownForwards({ forwards, checked }: Draft): readonly Finding[] {
  const texts = forwards.map(({ value }) => value.text);
  const unknown = checked.filter(({ value }) => value !== '' && !texts.includes(value));
  return unknown.map(({ value, path }) => ({
    code: 'unknown-forward',
    path,
    part: 'value',
    wrong: `this tunnel has no forward ${JSON.stringify(value)}`,
    allowed: `forward takes one of its forwards as it is written there: ${told(texts)}`,
    nearest: quoted(nearestWord(value, texts)),
  }));
}

function told(words: readonly string[]): string {
  if (words.length === 0) return 'there are none';
  const some = words.slice(0, MOST_TOLD).map((word) => JSON.stringify(word));
  const more = words.length - some.length;
  return some.join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function quoted(word: string | undefined): string | undefined {
  return word === undefined ? undefined : JSON.stringify(word);
}
