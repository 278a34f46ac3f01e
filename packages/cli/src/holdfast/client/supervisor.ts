import { getHoldfastPaths, isSettingError, type HoldfastPaths } from '@holdfast/config';
import { createControlClient, isControlError, type ControlClient } from '@holdfast/control/client';
import { join, resolve } from 'node:path';
import { VERSION } from '../../version.ts';
import type { Environment } from '../body.ts';
import { CommandError } from '../words/command-error.ts';

/** Where the files live. Throws a {@link CommandError} if the environment does not say. */
export function findPaths(env: Environment): HoldfastPaths {
  try {
    return getHoldfastPaths(env);
  } catch (error) {
    if (isSettingError(error)) throw new CommandError('failed', error.message);
    throw error;
  }
}

/** The socket of the supervisor. */
export function socketPath({ runtime }: HoldfastPaths): string {
  return join(runtime, 'control.sock');
}

/** What the operands of a command select: without any it is left to the supervisor. */
export function selectionOf(operands: readonly string[]): { readonly names?: readonly string[] } {
  return operands.length === 0 ? {} : { names: operands };
}

interface Asking {
  readonly env: Environment;
  readonly values: { readonly config?: string };
}

/**
 * Asks the supervisor; what it refuses becomes a {@link CommandError}.
 *
 * With `--config`, a supervisor of another file is not asked.
 */
export async function askSupervisor<TAnswer>(
  { env, values }: Asking,
  ask: (client: ControlClient) => Promise<TAnswer>,
): Promise<TAnswer> {
  const client = createControlClient({
    socketPath: socketPath(findPaths(env)),
    version: VERSION,
  });
  try {
    if (values.config !== undefined) checkConfig(values.config, await client.hello());
    return await ask(client);
  } catch (error) {
    throw asCommandError(error);
  }
}

/** Throws a {@link CommandError} `other-config` if the supervisor runs another file than the asked one. */
export function checkConfig(file: string, { config }: { readonly config: string }): void {
  const asked = resolve(file);
  if (asked === config) return;
  throw new CommandError(
    'other-config',
    `the supervisor runs ${config}, not ${asked}: go over to it with "holdfast reload --config ${asked}", or end it with "holdfast down"`,
  );
}

/** Errors of the client in the words of this program; others as they are. */
export function asCommandError(error: unknown): unknown {
  if (!isControlError(error)) return error;
  const { code, message, locations } = error;
  if (code === 'not-running') {
    return new CommandError(code, 'no supervisor is running; start it with: holdfast up');
  }
  return new CommandError(code, message, locations === undefined ? {} : { locations });
}
