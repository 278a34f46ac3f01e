import { launchPlainly, type RunningTunnel, type SshCommand } from '@holdfast/engine';
import {
  canStall,
  classicLines,
  LOG_LEVELS,
  type Logger,
  type LogRecord,
  superviseTunnel,
} from '@holdfast/engine/parts';
import {
  type EndClass,
  NETWORK_TIMEOUT_MS,
  pollTimes,
  type TunnelEmitted,
} from '@holdfast/machines';
import { constants } from 'node:os';
import { AUTOSSH_EXIT } from '../exit-codes.ts';
import type { Caller } from './background.ts';
import type { StartSignals } from './early-signals.ts';
import { followSignals, keptSignals } from './signals.ts';
import type { Plan } from './plan.ts';
import { prepare, type Prepared } from './prepare.ts';
import { sentenceOf } from './log.ts';
import type { HeartbeatNeeds } from './heartbeat.ts';
import type { AgentSettings } from './session-agent.ts';

/** What a run works with, besides its plan. */
export interface RunContext {
  readonly caller: Caller;
  readonly logger: Logger;
  readonly signals: StartSignals;
}

/** Keeps one ssh up as planned; resolves to the exit status. */
export async function run(plan: Plan, context: RunContext): Promise<number> {
  const { caller, logger } = context;
  for (const record of settingLines(plan)) logger.log(record);
  try {
    const tell = (text: string) => logger.log({ level: LOG_LEVELS.warning, text });
    const tellWithout = withoutHeartbeat(logger);
    const prepared = await prepare(plan, caller, tell, tellWithout);
    try {
      return await supervise(plan, prepared, context, tellWithout);
    } finally {
      prepared.close();
    }
  } catch (error) {
    const sentence = sentenceOf(error);
    logger.log({ level: LOG_LEVELS.error, text: sentence });
    caller.failed(sentence, plan.env.rules === 'autossh-1.3');
    return AUTOSSH_EXIT.error;
  } finally {
    await logger.close();
  }
}

async function supervise(
  plan: Plan,
  prepared: Prepared,
  { caller, logger, signals }: RunContext,
  tellWithout: TellWithout,
): Promise<number> {
  const tunnel = makeTunnel(plan, prepared, signals);
  tunnel.fact$.subscribe((fact) => {
    if (fact.type === 'probe.impossible') tellWithout(fact.reason, fact);
    else classicLines(fact).forEach((record) => logger.log(record));
  });
  const earlyStop = followSignals(tunnel, signals, logger);
  if (earlyStop !== undefined) return stoppedEarly(earlyStop, logger);
  tunnel.start();
  const end = await tunnel.ended;
  const reason = NOT_AGAIN[end.class];
  if (reason !== undefined) logger.log({ level: LOG_LEVELS.error, text: reason });
  caller.ended(end);
  return end.exitStatus;
}

const READ_ONCE =
  'ssh is not started again: it reads its input from a pipe or a file, and another ssh would get only the rest of it';

/** Why ssh was not started again after an end that its heartbeat found, or may have brought about. */
const NOT_AGAIN: Partial<Record<EndClass, string>> = {
  'connection-silent': READ_ONCE,
  'ended-at-probe': `${READ_ONCE}; if its server ends connections at a probe, -M 0 sends no probes`,
};

type TellWithout = (reason: string, fact?: TunnelEmitted) => void;

/** Says why ssh goes without a heartbeat: each reason once, however many ssh it holds for. */
function withoutHeartbeat(logger: Logger): TellWithout {
  const told = new Set<string>();
  return (reason, fact = { type: 'probe.impossible', reason }) => {
    if (told.has(reason)) return;
    told.add(reason);
    classicLines(fact).forEach((record) => logger.log(record));
  };
}

function makeTunnel(
  plan: Plan,
  { heartbeat, agent }: Prepared,
  { ignored }: StartSignals,
): RunningTunnel {
  const { driver, needs, restartsWhenSilent } = heartbeat;
  const makeCommand = sshCommands(plan, agent, ignored);
  const { rules, pollSeconds, firstPollSeconds, maxStarts, lifetimeSeconds } = plan.env;
  return superviseTunnel({
    name: 'autossh',
    rules,
    gateSeconds: plan.gateSeconds,
    pollSeconds,
    firstPollSeconds,
    maxStarts,
    lifetimeSeconds,
    launch: launchPlainly,
    restartsWhenSilent,
    heartbeat: driver,
    command() {
      const needed = needs();
      return needed instanceof Promise ? needed.then(makeCommand) : makeCommand(needed);
    },
  });
}

/** A stop that came before the first start: there is nothing to end. */
function stoppedEarly(signal: NodeJS.Signals, logger: Logger): number {
  const text = `received signal to exit (${constants.signals[signal]})`;
  logger.log({ level: LOG_LEVELS.info, text });
  return AUTOSSH_EXIT.error;
}

/** Makes the commands of a plan: one for each start, with what its heartbeat needs put in. */
function sshCommands(
  { env, sshPath, sshArguments, use }: Plan,
  agent: AgentSettings | undefined,
  ignored: readonly NodeJS.Signals[],
): (needs: HeartbeatNeeds) => SshCommand {
  const isStrict = env.rules !== 'classic';
  // The strict sets leave ssh alone when autossh is killed, and what ssh leaves behind always, as the original does (SIG-7, SIG-8).
  const program: Omit<SshCommand, 'args'> = {
    file: sshPath,
    survivesParent: isStrict,
    endsWithSsh: isStrict ? 'nobody' : 'descendants',
  };
  // An ssh without a session says little, but must not wait for somebody to read that: it would not even end (docs/rules.md, LOG-6).
  const mustNotWait = !isStrict && !use.hasSession && canStall(2);
  let isFirst = true;
  return ({ words, overhear }) => {
    const ignores = keptSignals(ignored, env.rules, isFirst);
    isFirst = false;
    const args = sshArguments(words);
    const passesStderr = overhear !== undefined || mustNotWait;
    const command = { ...program, ignores, passesStderr, overhear };
    if (agent === undefined) return { ...command, args };
    return { ...command, args: [...agent.sshArguments, ...args], env: agent.environment };
  };
}

/** What the log says about the settings before the first start, in autossh's words. */
function settingLines({ env, monitor }: Plan): LogRecord[] {
  const { pollSeconds, firstPollSeconds, networkTimeoutMs } = pollTimes(env);
  const lines = [
    monitor.kind === 'none' && 'port set to 0, monitoring disabled',
    pollSeconds < env.pollSeconds &&
      `poll time is greater than lifetime, dropping poll time to ${pollSeconds}`,
    firstPollSeconds < env.firstPollSeconds &&
      `first poll time is greater than lifetime, dropping first poll time to ${firstPollSeconds}`,
    networkTimeoutMs < NETWORK_TIMEOUT_MS &&
      `short poll time: adjusting net timeouts to ${networkTimeoutMs}`,
  ];
  return lines.filter((text) => text !== false).map((text) => ({ level: LOG_LEVELS.info, text }));
}
