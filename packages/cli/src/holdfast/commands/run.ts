import { loadTunnels, parseSshArguments } from '@holdfast/config';
import type { EventLevel, HeartbeatKind, TunnelSpec } from '@holdfast/engine';
import { goesToBackground, readSshWords, settingOfOption } from '@holdfast/engine/ssh-options';
import { didYouMean } from '@holdfast/text';
import { HOLDFAST_EXIT } from '../../exit-codes.ts';
import { defineCommand, HELP_OPTION, JSON_OPTION, USAGE } from '../command-line/command.ts';
import { readTime, usageError } from '../command-line/parse-words.ts';
import type { ContextOf } from '../context.ts';
import { runTunnel } from '../run/run-tunnel.ts';

export const run = defineCommand({
  name: 'run',
  summary: "keep one connection up in the foreground, from ssh's own arguments",
  about: [
    "Needs no file and no supervisor. Holdfast's own options come first; everything from the first other word on goes to ssh. Ends on Ctrl-C, or when ssh can never come up.",
  ],
  operands: [],
  foreignWords: 'SSH-ARGUMENTS... HOST',
  options: {
    name: { takes: 'NAME', summary: 'the name of the tunnel in the output (default: the host)' },
    heartbeat: {
      takes: 'KIND',
      choices: ['mux', 'none'],
      summary: 'how to find out whether the connection still carries traffic (mux)',
    },
    poll: { takes: 'TIME', summary: 'the time between two probes (5s)' },
    level: {
      takes: 'LEVEL',
      choices: ['debug', 'info', 'warning', 'error'],
      summary: 'print events of this level and above (info)',
    },
    ...JSON_OPTION,
    ...HELP_OPTION,
  },
  examples: [
    {
      line: 'holdfast run -p 2222 -L 5432:db:5432 bastion',
      does: 'a port of a database, kept open',
    },
    { line: 'holdfast run --json -D 1080 gw', does: 'the events as JSON, one a line' },
  ],
  exits: [
    { status: HOLDFAST_EXIT.ok, when: 'ended on request' },
    { status: HOLDFAST_EXIT.error, when: 'the tunnel has failed' },
    USAGE,
  ],
  json: 'a `FleetEvent` a line',
});

type RunContext = ContextOf<typeof run>;

export async function runRun(context: RunContext): Promise<number> {
  const { values, env, terminal, ignored = [] } = context;
  return await runTunnel({
    tunnel: readTunnel(context),
    level: (values.level ?? 'info') as EventLevel,
    json: values.json === true,
    env,
    terminal,
    ignored,
  });
}

/** The tunnel that the words mean. Throws a `CommandError` `usage`. */
export function readTunnel({
  values,
  operands,
}: Pick<RunContext, 'values' | 'operands'>): TunnelSpec {
  const read = parseSshArguments(operands);
  if ('wrong' in read) {
    throw usageError(run, `${read.wrong}${didYouMean(read.nearest)}`);
  }
  refuseBackground(operands);
  const { host, forwards, options, command } = read;
  if (command.length > 0) {
    throw usageError(run, `a tunnel runs no command at the far end: "${command.join(' ')}"`);
  }
  const { heartbeat, poll, name } = values;
  return {
    ...defaultTunnel(),
    name: name ?? host,
    host,
    forwards,
    options,
    ...(heartbeat === undefined ? {} : { heartbeat: heartbeat as HeartbeatKind }),
    ...(poll === undefined ? {} : { pollMs: readTime(run, 'poll', poll) }),
  };
}

/** A script that asks for the background goes on behind the command, and here it never would. */
function refuseBackground(operands: readonly string[]): void {
  const option = readSshWords(operands).options.find((each) =>
    goesToBackground(settingOfOption(each)),
  );
  if (option === undefined) return;
  const { letter, argument } = option;
  const said = letter === 'o' ? argument.trim() : `-${letter}`;
  throw usageError(
    run,
    `with ${said} ssh goes to the background; a tunnel for the background belongs in the tunnels file: see holdfast up`,
  );
}

/** What a tunnel is that says nothing: the defaults are the schema's. */
function defaultTunnel(): TunnelSpec {
  const { tunnels } = loadTunnels({ text: '[tunnels.run]\nhost = "run"\n', file: '' });
  return tunnels![0]!;
}
