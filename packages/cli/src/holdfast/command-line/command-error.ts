import type { LocatedError } from '@holdfast/config';
import { isControlError, type ControlErrorCode } from '@holdfast/control/client';
import { HOLDFAST_EXIT, type HoldfastExit } from '../../exit-codes.ts';

/** Why a command was not carried out: the codes of the client, and those of this program. */
export type CommandErrorCode =
  | ControlErrorCode
  | 'unreachable'
  | 'usage'
  | 'not-started'
  | 'held'
  | 'other-config'
  | 'no-log'
  | 'failed';

interface CommandErrorMore {
  /** With `config-invalid`: everything that is wrong with the file. */
  readonly locations?: readonly LocatedError[];
  /** The supervisor that runs, and cannot be asked. */
  readonly pid?: number;
  /** With `usage`: the command whose help says more. */
  readonly command?: string;
}

const BRAND = Symbol.for('holdfast/CommandError');

/** A command that cannot be carried out: one sentence, with what to do about it. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly [BRAND] = true;
  readonly code: CommandErrorCode;
  readonly more: CommandErrorMore;

  constructor(code: CommandErrorCode, message: string, more: CommandErrorMore = {}) {
    super(message);
    this.code = code;
    this.more = more;
  }
}

/** Whether this is a {@link CommandError}, also one of another bundle. */
export function isCommandError(error: unknown): error is CommandError {
  return typeof error === 'object' && error !== null && BRAND in error;
}

const EXITS: Readonly<Partial<Record<CommandErrorCode, HoldfastExit>>> = {
  usage: HOLDFAST_EXIT.usage,
  'not-running': HOLDFAST_EXIT.notRunning,
  unreachable: HOLDFAST_EXIT.unreachable,
  'hung-up': HOLDFAST_EXIT.unreachable,
  'timed-out': HOLDFAST_EXIT.unreachable,
  'too-many': HOLDFAST_EXIT.unreachable,
  'config-invalid': HOLDFAST_EXIT.badFile,
  'config-unreadable': HOLDFAST_EXIT.badFile,
};

/** The exit status for an error. */
export function exitOf({ code }: CommandError): HoldfastExit {
  return EXITS[code] ?? HOLDFAST_EXIT.error;
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
