import type { AgentNews, ControlClient, Hello } from '@holdfast/control/client';
import { HOLDFAST_EXIT } from '../../exit-codes.ts';
import type { ContextOf } from '../body.ts';
import { agentLines, asCommandError, askSupervisor, selectionOf } from '../client/supervisor.ts';
import { up } from '../commands/up.ts';
import { count, listNames, say, sayJson } from '../terminal/say.ts';
import { CommandError } from '../words/command-error.ts';
import { readTime } from '../words/read-time.ts';
import { findSupervisor, type FoundSupervisor } from './find-supervisor.ts';
import { selectByPatterns } from './select-by-patterns.ts';
import { waitForHealth } from './wait-for-health.ts';
import { healthyOf, sayUnhealthy } from './say-unhealthy.ts';

type UpContext = ContextOf<'up'>;

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
  if (!(known instanceof CommandError) || known.code !== 'unknown-tunnel') throw error;
  selectByPatterns(names, file.tunnels);
  throw new CommandError(
    known.code,
    `${file.path} has changed since the supervisor read it: holdfast reload`,
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
  const by = supervisor.isNew ? ` by a new supervisor (pid ${supervisor.pid})` : '';
  return `${count(tunnels.length, 'tunnel')} kept up${by}: ${listNames(tunnels)}`;
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
