import type * as z from 'zod';
import { nearestWord } from '@holdfast/text';
import type { FileFault } from './draft.ts';
import type { KeyPath } from './key-positions.ts';
import { describeValue, isTable, valueAt } from './raw-value.ts';

type Issue = z.core.$ZodIssue;

/** What the schema found, with the values that the document has there. */
export function schemaFaults(issues: readonly Issue[], document: unknown): readonly FileFault[] {
  return issues.flatMap((issue) => faultsOf(issue, [], document));
}

function faultsOf(issue: Issue, base: KeyPath, document: unknown): readonly FileFault[] {
  const path = [...base, ...issue.path.map(asSegment)];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => unknownKey([...path, key], issue.message, document));
  }
  if (issue.code === 'invalid_union') {
    const branch = issue.errors.find((issues) => issues.length > 0 && !issues.some(isOtherShape));
    if (branch !== undefined) return branch.flatMap((each) => faultsOf(each, path, document));
  }
  return [valueFault(issue, path, document)];
}

function asSegment(segment: PropertyKey): string | number {
  return typeof segment === 'number' ? segment : String(segment);
}

/** The value is not of this branch's kind at all: what the branch says about it is beside the point. */
function isOtherShape({ code, path }: Issue): boolean {
  return path.length === 0 && code !== 'custom' && code !== 'unrecognized_keys';
}

function unknownKey(path: KeyPath, known: string, document: unknown): FileFault {
  const key = String(path.at(-1));
  const place = isOfTunnel(path) ? placeInSsh(key) : undefined;
  return {
    code: 'unknown-key',
    path,
    part: 'key',
    wrong: `unknown key ${JSON.stringify(key)}`,
    allowed: place === undefined ? `known keys: ${known}` : `write ${place}`,
    nearest:
      place === undefined
        ? (nearestWord(key, known.split(', ')) ?? meantAsTunnel(path, document))
        : undefined,
  };
}

/** A key of a tunnel itself: of `tunnels.db`, and not of a check or of its rules. */
function isOfTunnel(path: KeyPath): boolean {
  return path.length === 3 && path[0] === 'tunnels';
}

/** `[db]` for `[tunnels.db]`. */
function meantAsTunnel(path: KeyPath, document: unknown): string | undefined {
  const value = valueAt(document, path);
  const isTunnel = path.length === 1 && isTable(value) && 'host' in value;
  return isTunnel ? formatKeyPath(['tunnels', ...path]) : undefined;
}

function valueFault(issue: Issue, path: KeyPath, document: unknown): FileFault {
  const value = valueAt(document, path);
  const key = formatKeyPath(path.slice(-1 - Number(typeof path.at(-1) === 'number')));
  const { wrong, nearest } = issue.code === 'custom' ? (issue.params ?? {}) : {};
  const isMissing = value === undefined;
  const said = typeof wrong === 'string' ? wrong : `invalid value ${describeValue(value)}`;
  return {
    code: isMissing ? 'missing-key' : 'invalid-value',
    path,
    part: isMissing ? 'key' : 'value',
    wrong: isMissing ? `${key} is missing` : said,
    allowed: `${isMissing ? 'it' : key} takes ${issue.message}`,
    nearest: typeof nearest === 'string' ? nearest : nearestValue(value, issue),
  };
}

/** A word of a fixed set, or the same with what people leave out: a unit, a list's brackets. */
function nearestValue(value: unknown, issue: Issue): string | undefined {
  if (issue.code === 'invalid_value' && typeof value === 'string') {
    const word = nearestWord(value, issue.values.map(String));
    return word === undefined ? undefined : JSON.stringify(word);
  }
  if (issue.code !== 'invalid_type') return undefined;
  if (issue.expected === 'array' && typeof value === 'string') return `[${JSON.stringify(value)}]`;
  const takesTime = issue.message.startsWith('a time');
  return takesTime && typeof value === 'number' && value >= 0 ? `"${value}s"` : undefined;
}

const BARE_KEY = /^[A-Za-z0-9_-]+$/;

/** A path as TOML writes it, with the numbers of elements behind: `tunnels.db.after[0]`. */
export function formatKeyPath(path: KeyPath): string {
  const parts = path.map((segment) => {
    if (typeof segment === 'number') return `[${segment}]`;
    return `.${BARE_KEY.test(segment) ? segment : JSON.stringify(segment)}`;
  });
  return parts.join('').replace(/^\./, '');
}

/** What newcomers write as a key, and where ssh has it. Keys are plain: lower case, without `_` and `-`. */
const PLACES: ReadonlyMap<string, string> = new Map([
  ...together(['port', 'sshport'], 'options = ["-p", "2222"], or Port in ssh_config'),
  ...together(['user', 'username', 'login'], 'host = "user@host", or User in ssh_config'),
  ...together(
    ['identity', 'identityfile', 'key', 'keyfile', 'privatekey', 'sshkey'],
    'options = ["-i", "~/.ssh/key"], or IdentityFile in ssh_config',
  ),
  ...together(
    ['jump', 'jumphost', 'proxyjump', 'proxy', 'bastion'],
    'options = ["-J", "bastion"], or ProxyJump in ssh_config',
  ),
  ...together(
    ['keepalive', 'serveraliveinterval', 'aliveinterval'],
    'poll = "30s" for the heartbeat, or options = ["-o", "ServerAliveInterval=15"]',
  ),
  ...together(
    ['config', 'configfile', 'sshconfig'],
    'options = ["-F", "~/.ssh/other_config"], or leave it out for ~/.ssh/config',
  ),
]);

function together(words: readonly string[], place: string): readonly [string, string][] {
  return words.map((word) => [word, place]);
}

/** What to write for a key that belongs to ssh: a key of ours, or a line of ssh_config; `undefined` for any other word. */
function placeInSsh(key: string): string | undefined {
  return PLACES.get(key.toLowerCase().replaceAll(/[-_]/g, ''));
}
