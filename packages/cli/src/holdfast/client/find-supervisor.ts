import type { Hello } from '@holdfast/control/client';
import { conditionOf } from '@holdfast/control/lock';
import { setTimeout as delay } from 'node:timers/promises';
import { CommandError, isCommandError } from '../command-line/command-error.ts';
import type { CommandContext } from '../context.ts';
import { configPath, readTunnels, type TunnelsFile } from '../tunnels-file/read-tunnels.ts';
import { selectByPatterns } from '../tunnels-file/select-tunnels.ts';
import { askSupervisor, checkConfig } from './ask-supervisor.ts';
import { startService } from '../service/start-service.ts';
import { startSupervisor, type Starting } from './start-supervisor.ts';

/** What `holdfast up` was given, as far as it matters here. */
interface UpRequest extends Pick<CommandContext, 'env' | 'operands' | 'script'> {
  readonly values: { readonly config?: string };
}

/** The supervisor that runs now, and the file that it runs. */
export interface FoundSupervisor {
  readonly isNew: boolean;
  readonly file: TunnelsFile;
}

/**
 * Finds the supervisor, or starts it. The tunnels file is read first: with errors in it, or without
 * the named tunnels, nothing happens.
 *
 * Without `--config`, a supervisor that runs another file than the usual one goes on with its own.
 */
export async function findSupervisor(
  context: UpRequest,
  endsAtMs?: number,
): Promise<FoundSupervisor> {
  const { env, values, operands, script } = context;
  const running = (await findRunning({ env, endsAtMs })) ?? (await findMain({ env, endsAtMs }));
  const asked = configPath(env, values.config);
  if (running !== undefined) {
    if (values.config !== undefined) checkConfig(asked, running);
    return { isNew: false, file: readTunnels(running.config, '; nothing was changed') };
  }
  const file = readTunnels(asked, '; nothing was started');
  if (file.tunnels.length === 0) {
    throw new CommandError('config-invalid', `${asked} has no tunnels: nothing was started`);
  }
  selectByPatterns(operands, file.tunnels);
  return { isNew: await startUnlessStarted({ script, config: asked, env, endsAtMs }), file };
}

async function findRunning({
  env,
  endsAtMs,
}: Pick<Starting, 'env' | 'endsAtMs'>): Promise<Hello | undefined> {
  try {
    return await askSupervisor({ env, values: {}, endsAtMs }, (client) => client.hello());
  } catch (error) {
    if (isCommandError(error) && error.code === 'not-running') return undefined;
    throw error;
  }
}

/**
 * The supervisor that is the main process of the unit whose ExecStartPost this command is: it may have no lock yet, and another one would be
 * in its way.
 *
 * @see systemd.exec(5), `$MAINPID`
 */
async function findMain({
  env,
  endsAtMs,
}: Pick<Starting, 'env' | 'endsAtMs'>): Promise<Hello | undefined> {
  const main = Number(env['MAINPID']);
  if (!Number.isSafeInteger(main) || main <= 1) return undefined;
  const giveUpAtMs = Math.min(endsAtMs ?? Infinity, performance.now() + OTHER_MS);
  while (performance.now() < giveUpAtMs && conditionOf(main) !== 'is-gone') {
    const found = await findRunning({ env, endsAtMs });
    if (found !== undefined) return found;
    await delay(LOOK_EVERY_MS);
  }
  return undefined;
}

/** Somebody else may have started one in the same moment: then there is one, which is all that was wanted. */
async function startUnlessStarted(starting: Starting): Promise<boolean> {
  try {
    if (!(await startService(starting))) await startSupervisor(starting);
    return true;
  } catch (error) {
    const other = await findOther(starting, error);
    if (other === undefined) throw error;
    checkConfig(starting.config, other);
    return false;
  }
}

/** It may end first what an earlier one left behind. */
const OTHER_MS = 10_000;
const LOOK_EVERY_MS = 100;

/** The one that was sooner may not answer yet. */
async function findOther(starting: Starting, error: unknown): Promise<Hello | undefined> {
  const isHeld = isCommandError(error) && error.code === 'held';
  const patienceMs = isHeld ? OTHER_MS : 0;
  const giveUpAtMs = Math.min(starting.endsAtMs ?? Infinity, performance.now() + patienceMs);
  for (;;) {
    const other = await findRunning(starting).catch((problem: unknown) => {
      const mayComeYet = isCommandError(problem) && problem.code === 'unreachable';
      if (!mayComeYet || performance.now() >= giveUpAtMs) throw problem;
    });
    if (other !== undefined || performance.now() >= giveUpAtMs) return other ?? undefined;
    await delay(LOOK_EVERY_MS);
  }
}
