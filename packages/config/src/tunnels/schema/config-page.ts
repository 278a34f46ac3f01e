import { TUNNEL_KEYS, type ChangeNeed } from '@holdfast/engine/tunnel-keys';
import { type JsonSchema, tunnelsJsonSchema } from './json-schema.ts';
import { WRITTEN_AS } from './keys.ts';
import { loadTunnels } from '../load-tunnels.ts';
import { renderErrors } from '../located-error.ts';

/** The file that the page shows first. */
export const EXAMPLE = `#:schema tunnels.schema.json

[defaults]
options = ["-o", "StrictHostKeyChecking=yes"]      # ssh's own arguments, one per string

[tunnels.jump]
host = "jump"

[tunnels.db]
host = "me@bastion"
local = ["5432:db.internal:5432"]                  # -L
remote = ["8080:localhost:80"]                     # -R
socks = ["1080"]                                   # -D
options = ["-p", "2222", "-i", "~/.ssh/db"]
tags = ["work"]
after = ["jump"]
heartbeat = "mux"
poll = "5s"
check = { tcp = "127.0.0.1:5432" }
`;

const BAD_EXAMPLE = `[tunnels.db]
host = "me@bastion"
locale = ["5432:db.internal:5432"]
poll = 5
`;

/** What `challenge`, `patience` and `release` are for. */
const SILENCE = [
  'With the heartbeat `mux`, an ssh that does not answer is kept at first: what a network loses for seconds it often brings again by itself, and every connection through the tunnel lives on. With another heartbeat `challenge` and `patience` mean nothing.',
  [
    '- `challenge`: meanwhile a second ssh logs in to the same host, without forwards. If it gets in, and the first still does not answer, then the first is dead: the second takes its place, with all forwards. There is no second one where it could not log in by itself, or could not replace the first: for `holdfast run` at a terminal, with a key that has to be touched or confirmed, with a `ControlPath` in `options`, with forwards, a `Tunnel` or a `LocalCommand` in ssh_config, and where the server refuses it. Say `false` if the host is several machines behind one address: the second ssh may reach another of them.',
    '- `patience`: how long the first is kept if the second does not get in either, since then the path is dead (`auto`: 5 minutes), and how long it is kept where there is no second one (`auto`: 1 minute). A time of your own counts in both cases. Then ssh is ended, and started again.',
    '- `release`: the port of a remote forward may still be held by the dead session at the server, for minutes. With `true`, Holdfast has `/bin/sh` note at each login which process at the server is its session, and when the port is refused it ends that process, and no other. **If the account has a forced command (`command=` in authorized_keys, or `ForceCommand`), that one runs instead, at every login**: leave `release` at `false` there.',
  ].join('\n'),
];

/**
 * The page about the tunnels file, as Markdown, from the descriptions in its schema.
 *
 * @internal
 */
export function renderConfigPage(): string {
  const root = tunnelsJsonSchema();
  const defaults = property(root, 'defaults');
  const tunnel = property(root, 'tunnels').additionalProperties as JsonSchema;
  const check = property(tunnel, 'check').anyOf![0]!;
  const { errors = [] } = loadTunnels({ text: BAD_EXAMPLE, file: 'tunnels.toml' });
  return [
    '<!-- Written by packages/config/scripts/write-docs.mjs: change the descriptions in packages/config/src/tunnels instead. -->',
    '# The tunnels file',
    '`$XDG_CONFIG_HOME/holdfast/tunnels.toml`, by default `~/.config/holdfast/tunnels.toml`, is [TOML](https://toml.io). `host` is all that a tunnel needs; whatever ssh_config says about the host applies.',
    fence('toml', EXAMPLE),
    'Times are texts with units: `500ms`, `5s`, `2m`, `1h`, `1d`, `1m30s`. Names and tags have up to 64 letters, digits and `_ . @ + -`, with a letter or digit first.',
    'The first line is for editors that know JSON Schema: they complete and check the file with [tunnels.schema.json](tunnels.schema.json), which `holdfast config schema` prints. Put it beside the file:',
    fence(
      'sh',
      'holdfast config schema > "$(dirname "$(holdfast config path)")/tunnels.schema.json"',
    ),
    'It is as strict as Holdfast, except for rules about several keys or tunnels, and for what later words of `options` mean.',
    '## `[tunnels.NAME]`',
    keyTable(tunnel, defaults),
    '## `[defaults]`',
    `${defaults.description} Tags and options are added to those of the tunnel; ssh takes the first of two values, so the tunnel's win.`,
    keyTable(defaults),
    '## When ssh does not answer',
    ...SILENCE,
    '## `[listen]`',
    `${property(root, 'listen').description} Without this table the supervisor listens on no port.`,
    keyTable(property(root, 'listen')),
    '## `rules`',
    `${property(defaults, 'rules').description} In \`[defaults.rules]\` for every tunnel, in \`[tunnels.NAME.rules]\` for one: each key for itself.`,
    keyTable(property(defaults, 'rules')),
    '## `check`',
    'One check, or a list of them. Each has exactly one of `tcp`, `http` and `command`.',
    keyTable(check),
    '## Between tunnels',
    'No name in `after` may be unknown, no tunnels may wait for each other in a circle, and no two enabled tunnels may listen on the same port or socket; at the far side that holds for tunnels with the same `host`.',
    '## Changes',
    `What \`holdfast reload\` does with a key that changed: ${changes()}.`,
    '## Errors',
    'All errors are reported at once, each with its place, what is allowed there, and what was probably meant:',
    fence('text', renderErrors(errors, BAD_EXAMPLE)),
  ].join('\n\n');
}

/** What a change of each key needs. */
function changes(): string {
  const keysFor = (change: ChangeNeed) =>
    Object.entries(WRITTEN_AS)
      .filter(([key]) => TUNNEL_KEYS[key as keyof typeof WRITTEN_AS].change === change)
      .flatMap(([, keys]) => keys.map((key) => code(key, false)))
      .join(', ');
  return [
    `${keysFor('new-ssh')}: the tunnel gets a new ssh`,
    `${keysFor('forwards')}: forwards are closed and opened on the running connection`,
    `${keysFor('live')}: it takes effect at once, while ssh keeps running`,
  ].join('; ');
}

function property(schema: JsonSchema, key: string): JsonSchema {
  return schema.properties![key]!;
}

function fence(language: string, text: string): string {
  return `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;
}

function keyTable(table: JsonSchema, fallback?: JsonSchema): string {
  const rows = Object.entries(table.properties!).map(([key, schema]) => {
    const cells = [code(key, false), kind(schema), byDefault(key, table, fallback)];
    return [...cells, schema.description ?? ''].map(cell).join(' | ');
  });
  return ['key | takes | default | meaning', '--- | --- | --- | ---', ...rows]
    .map((row) => `| ${row} |`)
    .join('\n');
}

function byDefault(key: string, table: JsonSchema, fallback: JsonSchema | undefined): string {
  if (table.required?.includes(key) === true) return 'required';
  const value = property(table, key).default;
  if (value !== undefined) return code(value);
  return fallback?.properties?.[key] === undefined ? '' : 'as in `[defaults]`';
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

function code(value: unknown, isQuoted = true): string {
  return `\`${isQuoted ? JSON.stringify(value) : String(value)}\``;
}

function kind(schema: JsonSchema): string {
  if (schema.anyOf !== undefined) return schema.anyOf.map(kind).join(' or ');
  if (schema.enum !== undefined) return schema.enum.map((value) => code(value)).join(', ');
  if (schema.const !== undefined) return code(schema.const);
  if (schema.type === 'object') return 'a table';
  if (schema.type === 'array') return listKind(schema);
  if (schema.type === 'boolean') return '`true` or `false`';
  if (schema.type === 'integer') return 'a whole number';
  const example = schema.examples?.[0];
  return example === undefined ? 'a text' : `a text such as ${code(example)}`;
}

function listKind({ items, examples }: JsonSchema): string {
  const inner = items !== undefined && 'examples' in items ? items.examples?.[0] : undefined;
  const example = examples?.[0] ?? (inner === undefined ? undefined : [inner]);
  return example === undefined ? 'a list' : `a list such as ${code(example)}`;
}
