import { DEFAULT_SETTINGS, UNLIMITED_STARTS, type RuleSetName } from '@holdfast/machines';
import { parseMonitorPort, type MonitorPort } from './monitor-port.ts';
import { SettingError } from './setting-error.ts';
import { parseWholeNumber } from './whole-number.ts';

/** What the environment says to `autossh`, validated. */
export interface AutosshEnvironment {
  /** AUTOSSH_RULES. Default: `classic`. */
  readonly rules: RuleSetName;
  /** AUTOSSH_PATH; `undefined` = the default ssh. */
  readonly sshPath: string | undefined;
  /** AUTOSSH_DEBUG: everything is logged, also on stderr. */
  readonly debug: boolean;
  /** AUTOSSH_LOGLEVEL, 0 to 7; 7 with AUTOSSH_DEBUG. Default: 6. */
  readonly logLevel: number;
  /** AUTOSSH_LOGFILE; `undefined` = syslog. */
  readonly logFile: string | undefined;
  /** AUTOSSH_LOGFORMAT. Default: `text`. */
  readonly logFormat: 'text' | 'json';
  readonly pollSeconds: number;
  readonly firstPollSeconds: number;
  readonly gateSeconds: number;
  /** AUTOSSH_MAXSTART; -1 = no limit. */
  readonly maxStarts: number;
  /** AUTOSSH_MAXLIFETIME; 0 = no limit. */
  readonly lifetimeSeconds: number;
  /** AUTOSSH_MESSAGE; empty = none. */
  readonly message: string;
  /** AUTOSSH_PORT; `undefined` = not said. */
  readonly monitor: MonitorPort | undefined;
  /** AUTOSSH_PIDFILE; `undefined` = none. */
  readonly pidFile: string | undefined;
  /** AUTOSSH_AGENT: whether to start an ssh-agent. `undefined` = not said. */
  readonly agent: boolean | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

const RULES: Readonly<Record<string, RuleSetName>> = {
  classic: 'classic',
  '1.3': 'autossh-1.3',
  'autossh-1.3': 'autossh-1.3',
  '1.4': 'autossh-1.4',
  'autossh-1.4': 'autossh-1.4',
};

const LOG_FORMATS = { text: 'text', json: 'json' } as const;
const YES_OR_NO = { yes: true, no: false } as const;

const LONGEST_MESSAGE_BYTES = 64;
const DEFAULT_LOG_LEVEL = 6;
const DEBUG_LOG_LEVEL = 7;

/**
 * Reads and validates every AUTOSSH_ variable.
 *
 * Throws a {@link SettingError} for the first one that cannot be used. The variables that came with 1.4 are not looked at under
 * the rules of 1.3.
 *
 * @see docs/rules.md, ENV-1 to ENV-14.
 */
export function readAutosshEnvironment(env: Environment): AutosshEnvironment {
  const rules = oneOf(env, 'AUTOSSH_RULES', RULES) ?? 'classic';
  const newer = rules === 'autossh-1.3' ? {} : env;
  const debug = env['AUTOSSH_DEBUG'] !== undefined;
  const pollSeconds = pollTime(env, 'AUTOSSH_POLL', 'poll time') ?? DEFAULT_SETTINGS.pollSeconds;
  return {
    rules,
    debug,
    sshPath: filled(env, 'AUTOSSH_PATH'),
    logLevel: debug ? DEBUG_LOG_LEVEL : logLevel(env),
    logFile: env['AUTOSSH_LOGFILE'],
    logFormat: oneOf(env, 'AUTOSSH_LOGFORMAT', LOG_FORMATS) ?? 'text',
    pollSeconds,
    firstPollSeconds: pollTime(newer, 'AUTOSSH_FIRST_POLL', 'first poll time') ?? pollSeconds,
    gateSeconds:
      number(env, 'AUTOSSH_GATETIME', 'gate time', SECONDS) ?? DEFAULT_SETTINGS.gateSeconds,
    maxStarts: maxStarts(env, rules),
    lifetimeSeconds: number(newer, 'AUTOSSH_MAXLIFETIME', 'max lifetime', SECONDS) ?? 0,
    message: message(newer),
    monitor: monitor(env),
    pidFile: filled(newer, 'AUTOSSH_PIDFILE'),
    agent: oneOf(env, 'AUTOSSH_AGENT', YES_OR_NO),
  };
}

interface Range {
  readonly allowed: string;
  readonly includes: (value: number) => boolean;
}

const SECONDS: Range = {
  allowed: 'a whole number of seconds, 0 or more',
  includes: (value) => value >= 0,
};
const POLL_SECONDS: Range = {
  allowed: 'a whole number of seconds, 1 or more',
  includes: (value) => value !== 0,
};
const LEVELS: Range = {
  allowed: 'a number from 0 (silent) to 7 (everything)',
  includes: (value) => value >= 0 && value <= 7,
};
const STARTS: Range = {
  allowed: 'a whole number, or -1 for no limit',
  includes: (value) => value >= UNLIMITED_STARTS,
};
const ANY_STARTS: Range = { allowed: 'a whole number; below 0: no limit', includes: () => true };

function number(env: Environment, name: string, what: string, range: Range): number | undefined {
  const text = env[name];
  if (text === undefined) return undefined;
  const value = parseWholeNumber(text);
  if (value !== undefined && range.includes(value)) return value;
  throw new SettingError(
    'invalid',
    name,
    `invalid ${what} "${text}": ${name} takes ${range.allowed}`,
  );
}

/** A negative poll time means the default: in the original it wraps around. */
function pollTime(env: Environment, name: string, what: string): number | undefined {
  const seconds = number(env, name, what, POLL_SECONDS);
  return seconds !== undefined && seconds < 0 ? DEFAULT_SETTINGS.pollSeconds : seconds;
}

function logLevel(env: Environment): number {
  return number(env, 'AUTOSSH_LOGLEVEL', 'log level', LEVELS) ?? DEFAULT_LOG_LEVEL;
}

function maxStarts(env: Environment, rules: RuleSetName): number {
  const range = rules === 'autossh-1.3' ? ANY_STARTS : STARTS;
  const value = number(env, 'AUTOSSH_MAXSTART', 'max start number', range);
  return value === undefined || value < 0 ? UNLIMITED_STARTS : value;
}

function message(env: Environment): string {
  const text = filled(env, 'AUTOSSH_MESSAGE') ?? '';
  const bytes = new TextEncoder().encode(text).length;
  if (bytes <= LONGEST_MESSAGE_BYTES) return text;
  throw new SettingError(
    'invalid',
    'AUTOSSH_MESSAGE',
    `echo message may only be ${LONGEST_MESSAGE_BYTES} bytes long: AUTOSSH_MESSAGE has ${bytes}`,
  );
}

function monitor(env: Environment): MonitorPort | undefined {
  const text = filled(env, 'AUTOSSH_PORT');
  return text === undefined ? undefined : parseMonitorPort(text, 'AUTOSSH_PORT');
}

function oneOf<T>(
  env: Environment,
  name: string,
  values: Readonly<Record<string, T>>,
): T | undefined {
  const text = filled(env, name);
  if (text === undefined) return undefined;
  if (Object.hasOwn(values, text)) return values[text];
  const allowed = Object.keys(values).join(', ');
  throw new SettingError(
    'invalid',
    name,
    `invalid value "${text}": ${name} takes one of ${allowed}`,
  );
}

/** Empty counts as unset for everything that is not a number or the log file. */
function filled(env: Environment, name: string): string | undefined {
  return env[name] === '' ? undefined : env[name];
}
