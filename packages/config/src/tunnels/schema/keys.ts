import type { HeartbeatKind } from '@holdfast/engine';
import { FORWARD_SHAPES, type ForwardKind, parseForward } from '@holdfast/engine/forward';
import * as z from 'zod';
import { check } from './check.ts';
import { HOST, HOST_ALLOWED, NAME, NAME_ALLOWED } from './names.ts';
import { gate, maxStarts, restart } from './rules.ts';
import { duration, flag, list, oneOf, readAs, table, text } from './parts.ts';
import { findOptionFaults } from './ssh-options.ts';

const host = z
  .string({ error: HOST_ALLOWED })
  .regex(HOST, { error: HOST_ALLOWED })
  .meta({
    description: 'Where ssh connects to: user@host, a Host of ssh_config, or ssh://user@host:port.',
    examples: ['me@bastion'],
  });

const OPTIONS = 'a list of ssh\'s own arguments, one a string: ["-p", "2222"]';
const OPTION = 'options of ssh, each word a string of its own: ["-p", "2222"]';

const options = list(z.string({ error: OPTION }), OPTIONS)
  .check((context) => {
    for (const { index, wrong, nearest } of findOptionFaults(context.value)) {
      const params = { wrong, nearest };
      const path = [index];
      context.issues.push({ code: 'custom', input: context.value, message: OPTION, path, params });
    }
  })
  .meta({ examples: [['-o', 'StrictHostKeyChecking=yes']] });

const TAGS = 'a list of tags: ["work"]';
const tags = list(
  z.string({ error: TAGS }).regex(NAME, { error: NAME_ALLOWED.replace('a name', 'a tag') }),
  TAGS,
).meta({ examples: [['work']] });

const HEARTBEATS = ['mux', 'loop', 'echo', 'none'] as const satisfies readonly HeartbeatKind[];
const heartbeat = oneOf(HEARTBEATS).describe(
  "How the connection is asked whether it still carries traffic: `mux` asks the server through ssh's control socket, `loop` and `echo` as autossh does, `none` leaves it to ssh.",
);
const poll = duration({ least: '100ms', most: '1d' }).describe('The time between two probes.');
const enabled = flag().describe('Whether the tunnel is started with the others.');

const defaults = table({
  options: options
    .default([])
    .describe("ssh's own arguments for every tunnel; they come behind those of the tunnel."),
  tags: tags.default([]).describe('Tags of every tunnel, besides its own.'),
  heartbeat: heartbeat.default('mux'),
  poll: poll.prefault('5s'),
  rules: table({
    gate: gate.prefault('0s'),
    max_starts: maxStarts.prefault('unlimited'),
    restart: restart.prefault('unlimited'),
  })
    .prefault({})
    .describe('When restarting ends.'),
  enabled: enabled.default(true),
}).describe('Settings of every tunnel that says nothing else.');

function forwards(kind: ForwardKind, option: string, description: string, example: string) {
  const shapes = FORWARD_SHAPES[kind];
  const allowed = `a list of forwards as ssh's ${option} takes them: ["${example}"]`;
  const written = text(shapes).meta({ examples: [example] });
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
  tags: tags.default([]).describe('Words to name several tunnels at once by: `tag:work`.'),
  after: list(text('the name of a tunnel'), AFTER)
    .default([])
    .meta({
      description: 'Names of the tunnels that must be healthy before this one is started.',
      examples: [['jump']],
    }),
  heartbeat: heartbeat.optional(),
  poll: poll.optional(),
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
});

/** A file of tunnels: source of the types, the defaults, the descriptions, the allowed values and the JSON Schema. */
export const tunnelsSchema = table({
  defaults: defaults.prefault({}),
  tunnels: z
    // The names are judged with the rest of what concerns several tunnels; editors are told here.
    .record(z.string().meta({ pattern: NAME.source }), tunnel, {
      error: 'tables of settings, one a tunnel: [tunnels.db]',
    })
    .default({})
    .describe('The tunnels, each under its name.'),
}).meta({ title: 'Holdfast tunnels', description: 'The tunnels that holdfast keeps up.' });

export type DefaultsTable = z.output<typeof defaults>;
export type TunnelTable = z.output<typeof tunnel>;
