import { setTimeout as delay } from 'node:timers/promises';
import type { Hello } from '@holdfast/control/client';
import type { ContextOf } from '../body.ts';
import { askSupervisor, checkConfig } from '../client/supervisor.ts';
import { CommandError } from '../words/command-error.ts';
import { configPath, readTunnels, type TunnelsFile } from './read-tunnels.ts';
import { selectByPatterns } from './select-by-patterns.ts';
import { startSupervisor, type Starting } from './start-supervisor.ts';

/** The supervisor that runs now, and the file that it runs. */
export interface FoundSupervisor {
  readonly isNew: boolean;
  readonly file: TunnelsFile;
}

/**
 * Finds the supervisor, or starts it. The file of tunnels is read first: with errors in it, or without
 * the named tunnels, nothing happens.
 *
 * Without `--config`, a supervisor that runs another file than the usual one goes on with its own.
 */
export async function findSupervisor(context: ContextOf<'up'>): Promise<FoundSupervisor> {
  const { env, values, operands, script } = context;
  const running = await findRunning(context);
  const asked = configPath(env, values.config);
  if (running !== undefined) {
    if (values.config !== undefined) checkConfig(asked, running);
    return { isNew: false, file: readTunnels(running.config) };
  }
  const file = readTunnels(asked);
  if (file.tunnels.length === 0) {
    throw new CommandError('config-invalid', `${asked} has no tunnels: nothing was started`);
  }
  selectByPatterns(operands, file.tunnels);
  return { isNew: await startUnlessStarted({ script, config: asked, env }), file };
}

async function findRunning({ env }: Pick<Starting, 'env'>): Promise<Hello | undefined> {
  try {
    return await askSupervisor({ env, values: {} }, (client) => client.hello());
  } catch (error) {
    if (error instanceof CommandError && error.code === 'not-running') return undefined;
    throw error;
  }
}

/** Somebody else may have started one in the same moment: then there is one, which is all that was wanted. */
async function startUnlessStarted(starting: Starting): Promise<boolean> {
  try {
    await startSupervisor(starting);
    return true;
  } catch (error) {
    const other = await findOther(starting, error);
    if (other === undefined) throw error;
    checkConfig(starting.config, other);
    return false;
  }
}

const LOOKS = 50;
const LOOK_EVERY_MS = 100;

/** The one that was sooner may not answer yet. */
async function findOther(starting: Starting, error: unknown): Promise<Hello | undefined> {
  const isHeld = error instanceof CommandError && error.code === 'held';
  for (let looks = isHeld ? LOOKS : 1; ; looks -= 1) {
    const other = await findRunning(starting);
    if (other !== undefined || looks <= 1) return other;
    await delay(LOOK_EVERY_MS);
  }
}
