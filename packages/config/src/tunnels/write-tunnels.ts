import type { Check, TunnelSpec } from '@holdfast/engine';
import type { Forward } from '@holdfast/engine/forward';
import { replaceUnprintable } from '@holdfast/text';
import { writeDuration } from './schema/duration.ts';
import { writePatience } from './schema/patience.ts';
import { writeIntensity, writeStarts } from './schema/rules.ts';

/** Tunnels as a tunnels file has them, with nothing left to the defaults. Read again, it gives the same tunnels. */
export function writeTunnels(tunnels: readonly TunnelSpec[]): string {
  return tunnels.map((tunnel) => `${writeTunnel(tunnel).join('\n')}\n`).join('\n');
}

function writeTunnel({ name, rules, ...tunnel }: TunnelSpec): readonly string[] {
  const lines = Object.entries(LINES).flatMap(([key, write]) =>
    (write as (value: unknown) => readonly string[])(tunnel[key as keyof typeof tunnel]),
  );
  return [tunnelHeader(name), ...lines, '', tunnelHeader(name, 'rules'), ...writeRules(rules)];
}

type WrittenLine = Exclude<keyof TunnelSpec, 'name' | 'rules'>;

/** The lines of each key: what is forgotten here does not compile. */
const LINES: { readonly [TKey in WrittenLine]: (value: TunnelSpec[TKey]) => readonly string[] } = {
  host: (host) => [`host = ${tomlText(host)}`],
  forwards: forwardLines,
  options: (options) => listLine('options', options),
  tags: (tags) => listLine('tags', tags),
  after: (after) => listLine('after', after),
  heartbeat: (heartbeat) => [`heartbeat = ${tomlText(heartbeat)}`],
  pollMs: (ms) => [`poll = ${tomlTime(ms)}`],
  challenge: (challenge) => [`challenge = ${challenge}`],
  patienceMs: (ms) => [`patience = ${tomlText(writePatience(ms))}`],
  release: (release) => [`release = ${release}`],
  enabled: (enabled) => [`enabled = ${enabled}`],
  required: (required) => [`required = ${required}`],
  checks: checkLines,
};

/** `local = [...]`, `remote = [...]` and `socks = [...]`, as far as there is something in them. */
export function forwardLines(forwards: readonly Forward[]): readonly string[] {
  return (['local', 'remote', 'socks'] as const).flatMap((kind) =>
    listLine(
      kind,
      forwards.filter((forward) => forward.kind === kind).map(({ text }) => text),
    ),
  );
}

/** A list of texts; no line if there are none. */
export function listLine(key: string, texts: readonly string[]): readonly string[] {
  return texts.length === 0 ? [] : [`${key} = ${tomlList(texts)}`];
}

function checkLines(checks: readonly Check[]): readonly string[] {
  if (checks.length === 0) return [];
  return ['check = [', ...checks.map((check) => `  ${tomlCheck(check)},`), ']'];
}

function tomlCheck({ question, forward, everyMs, timeoutMs, restart }: Check): string {
  return tomlTable({
    [question.kind]: tomlQuestion(question),
    forward: forward === undefined ? undefined : tomlText(forward),
    every: tomlTime(everyMs),
    timeout: tomlTime(timeoutMs),
    restart: String(restart),
  });
}

function tomlQuestion(question: Check['question']): string {
  switch (question.kind) {
    case 'tcp':
      return tomlText(writeAddress(question.address));
    case 'http':
      return tomlText(question.url);
    case 'command':
      return tomlList(question.command);
  }
}

type Address = Extract<Check['question'], { readonly kind: 'tcp' }>['address'];

/** As `parseAddress` reads it. */
function writeAddress(address: Address): string {
  if (address.kind === 'unix') return address.path.replaceAll(/[\\:]/g, String.raw`\$&`);
  const { host, port } = address;
  return `${/[:[\]\\]/.test(host) ? `[${host}]` : host}:${port}`;
}

function writeRules({ gateMs, maxStarts, restart }: TunnelSpec['rules']): readonly string[] {
  const restarts = writeIntensity(restart);
  return [
    `gate = ${tomlTime(gateMs)}`,
    `max_starts = ${JSON.stringify(writeStarts(maxStarts))}`,
    `restart = ${
      typeof restarts === 'string'
        ? tomlText(restarts)
        : tomlTable({ starts: String(restarts.starts), within: tomlText(restarts.within) })
    }`,
  ];
}

/** The line above a tunnel's keys, or above one of its tables. */
export function tunnelHeader(...names: readonly string[]): string {
  const keys = names.map((name) => (/^[\w-]+$/.test(name) ? name : tomlText(name)));
  return `[${['tunnels', ...keys].join('.')}]`;
}

/** Half a character is none: nothing can be written in its place. */
const HALF_CHARACTER = /\p{Cs}/gu;

/** A text as a basic string of TOML, with nothing in it that would steer a terminal. */
export function tomlText(text: string): string {
  const whole = JSON.stringify(text.replaceAll(HALF_CHARACTER, '\uFFFD'));
  return replaceUnprintable(whole, (character) => {
    return String.raw`\U${character.codePointAt(0)!.toString(16).padStart(8, '0')}`;
  });
}

export function tomlTime(ms: number): string {
  return tomlText(writeDuration(ms));
}

export function tomlList(texts: readonly string[]): string {
  return `[${texts.map(tomlText).join(', ')}]`;
}

/** A table in one line, of values that are TOML already; what is undefined is left out. */
export function tomlTable(values: Readonly<Record<string, string | undefined>>): string {
  const pairs = Object.entries(values).filter(([, value]) => value !== undefined);
  return `{ ${pairs.map(([key, value]) => `${key} = ${value}`).join(', ')} }`;
}
