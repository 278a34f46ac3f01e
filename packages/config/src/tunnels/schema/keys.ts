import type { HeartbeatKind, TunnelSpec } from '@holdfast/engine';
import { FORWARD_SHAPES, type ForwardKind, parseForward } from '@holdfast/engine/forward';
import { TUNNEL_KEYS } from '@holdfast/engine/tunnel-keys';
import * as z from 'zod';
import { check } from './check.ts';
import { listen } from './listen.ts';
import { HOST, HOST_ALLOWED, NAME, NAME_ALLOWED } from './names.ts';
import { FIRST_OPTION_PATTERN, FORWARD_PATTERNS } from './patterns.ts';
import { patience, writePatience } from './patience.ts';
import { gate, maxStarts, restart, writeIntensity, writeStarts } from './rules.ts';
import { writeDuration } from './duration.ts';
import { duration, flag, list, oneOf, readAs, table, text } from './parts.ts';
import { findOptionFaults } from './ssh-options.ts';

/**
 * How tunnels.toml writes each key of a tunnel. One that is forgotten here, or below in the table of a tunnel, does not compile, nor does a
 * tunnel that is read without it ({@link TunnelSpec}).
 */
export const WRITTEN_AS = {
  host: ['host'],
  forwards: ['local', 'remote', 'socks'],
  options: ['options'],
  tags: ['tags'],
  after: ['after'],
  heartbeat: ['heartbeat'],
  pollMs: ['poll'],
  challenge: ['challenge'],
  patienceMs: ['patience'],
  release: ['release'],
  checks: ['check'],
  rules: ['rules'],
  enabled: ['enabled'],
  required: ['required'],
} as const satisfies Record<Exclude<keyof TunnelSpec, 'name'>, readonly string[]>;

type FileKey = (typeof WRITTEN_AS)[keyof typeof WRITTEN_AS][number];

const host = z
  .string({ error: HOST_ALLOWED })
  .regex(HOST, { error: HOST_ALLOWED })
  .meta({
    description: 'Where ssh connects to: user@host, a Host of ssh_config, or ssh://user@host:port.',
    examples: ['me@bastion'],
  });

const OPTIONS = 'a list of ssh\'s own arguments, one per string: ["-p", "2222"]';
const OPTION = 'options of ssh, each word a string of its own: ["-p", "2222"]';

const options = list(z.string({ error: OPTION }), OPTIONS)
  .check((context) => {
    for (const { index, wrong, nearest } of findOptionFaults(context.value)) {
      const params = { wrong, nearest };
      const path = [index];
      context.issues.push({ code: 'custom', input: context.value, message: OPTION, path, params });
    }
  })
  .meta({
    items: [{ type: 'string', pattern: FIRST_OPTION_PATTERN }],
    additionalItems: { type: 'string' },
    examples: [['-o', 'StrictHostKeyChecking=yes']],
  });

const TAGS = 'a list of tags: ["work"]';
const tags = list(
  z.string({ error: TAGS }).regex(NAME, { error: NAME_ALLOWED.replace('a name', 'a tag') }),
  TAGS,
).meta({ examples: [['work']] });

/** Each heartbeat that a file can name, and how it asks. */
const HEARTBEATS = {
  mux: "asks the server through ssh's control socket",
  loop: 'sends a message around through two forwards',
  echo: 'asks the echo service of the far end',
  none: 'leaves it to ssh',
} as const satisfies Readonly<Record<HeartbeatKind, string>>;
const heartbeat = oneOf(Object.keys(HEARTBEATS) as HeartbeatKind[]).describe(
  `How to find out whether the connection still carries traffic: ${Object.entries(HEARTBEATS)
    .map(([kind, asks]) => `\`${kind}\` ${asks}`)
    .join('; ')}.`,
);
const poll = duration({ least: '100ms', most: '1d' }, 'The time between two probes.');
const challenge = flag().describe(
  'Whether a second connection to the host is tried while ssh does not answer, to tell a dead connection from a dead path.',
);
const release = flag().describe(
  'Whether a dead session of this tunnel that still holds the port of a remote forward is ended at the server. It needs an account with a shell, on Linux; a forced command of the account runs at every login.',
);
const enabled = flag().describe('Whether the tunnel is started with the others.');
const required = flag().describe('Whether `/readyz` asks for the health of the tunnel.');

const defaults = table({
  options: options
    .default([...TUNNEL_KEYS.options.usual])
    .describe("ssh's own arguments for every tunnel; they come after those of the tunnel."),
  tags: tags
    .default([...TUNNEL_KEYS.tags.usual])
    .describe('Tags of every tunnel, besides its own.'),
  heartbeat: heartbeat.default(TUNNEL_KEYS.heartbeat.usual),
  poll: poll.prefault(writeDuration(TUNNEL_KEYS.pollMs.usual)),
  challenge: challenge.default(TUNNEL_KEYS.challenge.usual),
  patience: patience.prefault(writePatience(TUNNEL_KEYS.patienceMs.usual)),
  release: release.default(TUNNEL_KEYS.release.usual),
  rules: table({
    gate: gate.prefault(writeDuration(TUNNEL_KEYS.rules.usual.gateMs)),
    max_starts: maxStarts.prefault(writeStarts(TUNNEL_KEYS.rules.usual.maxStarts)),
    restart: restart.prefault(writeIntensity(TUNNEL_KEYS.rules.usual.restart)),
  })
    .prefault({})
    .describe('When restarting ends.'),
  enabled: enabled.default(TUNNEL_KEYS.enabled.usual),
  required: required.default(TUNNEL_KEYS.required.usual),
}).describe('Settings for every tunnel that does not say otherwise.');

function forwards(kind: ForwardKind, option: string, description: string, example: string) {
  const shapes = FORWARD_SHAPES[kind];
  const allowed = `a list of forwards as ssh's ${option} takes them: ["${example}"]`;
  const written = text(shapes).meta({ pattern: FORWARD_PATTERNS[kind], examples: [example] });
  const forward = readAs(written, (spec) => parseForward(kind, spec), shapes);
  return list(forward, allowed).prefault([]).describe(description);
}

const AFTER = 'a list of names of tunnels: ["jump"]';

const tunnel = table({
  host,
  local: forwards(
    'local',
    '-L',
    "Ports or sockets here that lead to the far side, as ssh's -L takes them.",
    '5432:db.internal:5432',
  ),
  remote: forwards(
    'remote',
    '-R',
    "Ports or sockets at the far side that lead here, as ssh's -R takes them.",
    '8080:localhost:80',
  ),
  socks: forwards(
    'socks',
    '-D',
    "Ports here that are SOCKS proxies to the far side, as ssh's -D takes them.",
    '1080',
  ),
  options: options
    .default([])
    .describe("ssh's own arguments. Where ssh takes the first of two, they win over [defaults]."),
  tags: tags.default([]).describe('Words that name several tunnels at once: `tag:work`.'),
  after: list(text('the name of a tunnel'), AFTER)
    .default([])
    .meta({
      description: 'Names of the tunnels that must be healthy before this one is started.',
      examples: [['jump']],
    }),
  heartbeat: heartbeat.optional(),
  poll: poll.optional(),
  challenge: challenge.optional(),
  patience: patience.optional(),
  release: release.optional(),
  check: check
    .prefault([])
    .describe(
      'Questions put through the tunnel, end to end. A tunnel whose check fails is degraded.',
    ),
  rules: table({
    gate: gate.optional(),
    max_starts: maxStarts.optional(),
    restart: restart.optional(),
  })
    .optional()
    .describe('When restarting ends.'),
  enabled: enabled.optional(),
  required: required.optional(),
} satisfies Record<FileKey, z.ZodType>);

/** What a tunnels file says besides its tunnels: settings of the supervisor. */
const SETTINGS = { listen: listen.optional() };

/** A tunnels file: source of the types, the defaults, the descriptions, the allowed values and the JSON Schema. */
export const tunnelsSchema = table({
  defaults: defaults.prefault({}),
  tunnels: z
    // The names are judged with the rest of what concerns several tunnels; editors are told here.
    .record(z.string().meta({ pattern: NAME.source }), tunnel, {
      error: 'tables of settings, one a tunnel: [tunnels.db]',
    })
    .default({})
    .describe('The tunnels, each under its name.'),
  ...SETTINGS,
}).meta({ title: 'Holdfast tunnels', description: 'The tunnels that holdfast keeps up.' });

/** The settings of a tunnels file for its supervisor; each is `undefined` where the file has no such table. */
export type FileSettings = Pick<z.output<typeof tunnelsSchema>, keyof typeof SETTINGS>;
export type DefaultsTable = z.output<typeof defaults>;
export type TunnelTable = z.output<typeof tunnel>;
