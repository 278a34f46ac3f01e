import type { AgentNews, ControlClient, Hello } from '@holdfast/control/client';
import { count, listNames } from '@holdfast/text';
import { HOLDFAST_EXIT } from '../../exit-codes.ts';
import { agentLines, askSupervisor, selectionOf } from '../client/ask-supervisor.ts';
import { findSupervisor, type FoundSupervisor } from '../client/find-supervisor.ts';
import { asCommandError, CommandError, isCommandError } from '../command-line/command-error.ts';
import {
  BAD_FILE_KEPT,
  CONFIG_OPTION,
  defineCommand,
  DONE,
  HELP_OPTION,
  JSON_OPTION,
  NAMES,
  NOT_DONE,
  UNREACHABLE,
  USAGE,
} from '../command-line/command.ts';
import { readTime } from '../command-line/parse-words.ts';
import type { ContextOf } from '../context.ts';
import { healthyOf, sayUnhealthy, waitForHealth } from '../status/wait-for-health.ts';
import { say, sayJson } from '../terminal/say.ts';
import { selectByPatterns } from '../tunnels-file/select-tunnels.ts';

export const up = defineCommand({
  name: 'up',
  summary: 'start tunnels, and the supervisor if none is running',
  about: [
    'Reads the tunnels file first: if it has errors, they are printed and nothing is changed.',
    'Starts the named tunnels and those they wait for; without names, all that are enabled. A tunnel in backoff is started at once.',
    'With --wait it returns when every named tunnel is healthy; when the time is over it says which is not, why, and what happens next. Holdfast keeps trying either way.',
  ],
  operands: [NAMES],
  options: {
    wait: { takes: 'TIME', summary: 'wait until all are healthy, for this time at most: 30s, 2m' },
    ...CONFIG_OPTION,
    ...JSON_OPTION,
    ...HELP_OPTION,
  },
  examples: [
    { line: 'holdfast up', does: 'start all tunnels that are enabled' },
    { line: 'holdfast up db tag:web --wait 30s', does: 'start these, and wait for them' },
    { line: 'holdfast up --config ./tunnels.toml', does: 'start those of another file' },
  ],
  exits: [
    { ...DONE, when: 'started; with --wait: all are healthy' },
    NOT_DONE,
    USAGE,
    BAD_FILE_KEPT,
    { status: HOLDFAST_EXIT.unhealthy, when: 'with --wait: not all are healthy in time' },
    UNREACHABLE,
  ],
  json: '`{ "tunnels": [NAME...], "supervisor": { "pid", "config", "isNew" } }`; with `--wait` also `"status"`: a `FleetStatus`, and `"isHealthy"`',
});

type UpContext = ContextOf<typeof up>;

export async function runUp(context: UpContext): Promise<number> {
  const { values, operands, env } = context;
  const waitMs = values.wait === undefined ? undefined : readTime(up, 'wait', values.wait);
  const endsAtMs = waitMs === undefined ? undefined : performance.now() + waitMs;
  const giveUpAtMs = endsAtMs === undefined ? undefined : endsAtMs + LAST_LOOK_MS;
  const supervisor = await findSupervisor(context, giveUpAtMs);
  return await askSupervisor({ env, values: {}, endsAtMs: giveUpAtMs }, async (client) => {
    const { tunnels, agent } = await client
      .up(selectionOf(operands))
      .catch((error: unknown) => explain(error, operands, supervisor));
    const started = {
      tunnels,
      supervisor: describe(await client.hello(), supervisor.isNew),
      ...(agent === undefined ? {} : { agent }),
    };
    if (values.json !== true) for (const line of agentLines(started)) say(context.terminal, line);
    if (endsAtMs === undefined) return sayStarted(context, started);
    return await waitAndSay({ context, client, started, endsAtMs });
  });
}

/** The last look begins when the time is over, and an answer that is on its way is worth a moment. */
const LAST_LOOK_MS = 1000;

/** A name that is in the file, but that the supervisor has not read yet, is told apart from one that is nowhere. */
function explain(error: unknown, names: readonly string[], { file }: FoundSupervisor): never {
  const known = asCommandError(error);
  if (!isCommandError(known) || known.code !== 'unknown-tunnel') throw error;
  selectByPatterns(names, file.tunnels);
  throw new CommandError(
    known.code,
    `${file.path} has changed since the supervisor read it; run: holdfast reload`,
  );
}

interface Started extends AgentNews {
  readonly tunnels: readonly string[];
  readonly supervisor: {
    readonly pid: number;
    readonly config: string;
    readonly isNew: boolean;
  };
}

function describe({ pid, config }: Hello, isNew: boolean): Started['supervisor'] {
  return { pid, config, isNew };
}

function sayStarted({ values, terminal }: UpContext, started: Started): number {
  if (values.json === true) sayJson(terminal, started);
  else say(terminal, startedSentence(started));
  return HOLDFAST_EXIT.ok;
}

/** Some of them may have been up before. */
function startedSentence({ tunnels, supervisor }: Started): string {
  const by = supervisor.isNew ? ` with a new supervisor (pid ${supervisor.pid})` : '';
  return `started ${count(tunnels.length, 'tunnel')}${by}: ${listNames(tunnels)}`;
}

interface Waiting {
  readonly context: UpContext;
  readonly client: ControlClient;
  readonly started: Started;
  readonly endsAtMs: number;
}

async function waitAndSay({ context, client, started, endsAtMs }: Waiting): Promise<number> {
  const { terminal, values } = context;
  const status = await waitForHealth({ client, names: started.tunnels, endsAtMs, terminal });
  const isHealthy = healthyOf(status).length === status.tunnels.length;
  if (values.json === true) sayJson(terminal, { ...started, isHealthy, status });
  else if (isHealthy) say(terminal, `healthy: ${listNames(started.tunnels)}`);
  else sayUnhealthy(terminal, status);
  return isHealthy ? HOLDFAST_EXIT.ok : HOLDFAST_EXIT.unhealthy;
}
