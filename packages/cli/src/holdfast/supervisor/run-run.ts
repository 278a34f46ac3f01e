import { loadTunnels, parseSshArguments } from '@holdfast/config';
import type { EventLevel, HeartbeatKind, TunnelSpec } from '@holdfast/engine';
import { goesToBackground, readSshOptions, settingOfOption } from '@holdfast/engine/ssh-options';
import type { ContextOf } from '../body.ts';
import { run } from '../commands/run.ts';
import { runTunnel } from '../run/run-tunnel.ts';
import { usageError } from '../words/parse-words.ts';
import { readTime } from '../words/read-time.ts';

type RunContext = ContextOf<'run'>;

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
    const hint = read.nearest === undefined ? '' : `; did you mean ${read.nearest}?`;
    throw usageError(run, `${read.wrong}${hint}`);
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
  const option = readSshOptions(operands).find((each) => goesToBackground(settingOfOption(each)));
  if (option === undefined) return;
  const { letter, argument } = option;
  const said = letter === 'o' ? argument.trim() : `-${letter}`;
  throw usageError(
    run,
    `with ${said} ssh goes to the background; a tunnel that stays there belongs into the tunnels file: see holdfast up`,
  );
}

/** What a tunnel is that says nothing: the defaults are the schema's. */
function defaultTunnel(): TunnelSpec {
  const { tunnels } = loadTunnels({ text: '[tunnels.run]\nhost = "run"\n', file: '' });
  return tunnels![0]!;
}
