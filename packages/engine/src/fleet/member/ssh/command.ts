import { homedir } from 'node:os';
import type { Forward } from '../../../forward/forward.ts';
import { CONTROL_MASTER_OPTIONS, controlMasterArguments } from '../../../heartbeat/mux.ts';
import { forwardArguments } from '../../../forward/format-forward.ts';
import { namesControlPath } from './own-options.ts';
import type { TunnelSpec } from '../../tunnel-spec.ts';
import { statSync } from 'node:fs';
import { findProgram } from '../../../program/find-program.ts';
import { knownSshOptions } from '../../../program/ssh-program.ts';

/** What ssh's command line needs besides the tunnel itself. */
export interface CommandSettings {
  /** Where ssh's control socket is to be. */
  readonly controlPath: string;
  /** Those that ssh itself is to open. */
  readonly forwards: readonly Forward[];
  /** Whether somebody sits at a terminal who could answer a question. */
  readonly isInteractive: boolean;
  /** How long Holdfast keeps an ssh that is silent. Default: 0, it does not watch it. */
  readonly patienceSeconds?: number | undefined;
  /** Settings that this ssh knows, and not every other. Default: none. */
  readonly more?: readonly string[] | undefined;
}

/**
 * What every managed ssh gets. ssh takes the first of two values for an option: these come behind the user's own on the command
 * line, and before what ssh_config says.
 *
 * - `ExitOnForwardFailure`: an ssh without its forwards is no tunnel.
 * - `ClearAllForwardings`: a line in ssh_config would take away every forward of the tunnel, without a word.
 * - `ConnectTimeout`, `ConnectionAttempts`: a server that swallows packets is asked again soon, and each failure is told; to try again is
 *   the supervisor's work.
 * - `LogLevel`, `VisualHostKey`: why ssh ended is read from its last words, so that it has to speak, and of nothing else.
 *
 * @see ssh_config(5); docs/decisions/0011-ssh-config-under-a-supervisor.md
 */
const USUAL = [
  'ExitOnForwardFailure=yes',
  'ClearAllForwardings=no',
  'ConnectTimeout=10',
  'ConnectionAttempts=1',
  'LogLevel=INFO',
  'VisualHostKey=no',
] as const;

/** As long as an ssh of ours lives whose server is silent, if nobody else watches it. */
const ALIVE_LIMIT_SECONDS = 60;

/** A NAT router does not forget a connection on which so little time goes by without a word. */
const ALIVE_INTERVAL_SECONDS = 15;

/**
 * ssh's own net, for an ssh that nobody else watches, and for when the supervisor itself is stopped. It lies behind patience, and must not end
 * what patience keeps. ssh gives up an interval after its last question.
 */
function aliveSettings(patienceSeconds: number): readonly string[] {
  const seconds = patienceSeconds + ALIVE_LIMIT_SECONDS;
  const questions = Math.ceil(seconds / ALIVE_INTERVAL_SECONDS) - 1;
  return [`ServerAliveInterval=${ALIVE_INTERVAL_SECONDS}`, `ServerAliveCountMax=${questions}`];
}

const OWN_ALIVE = /serveralive/i;

/** After how long ssh itself ends a silent connection that nobody else watches; 0 where the user's own options say something else, which may be never. */
export function aliveLimitSeconds(options: readonly string[]): number {
  return hasOwnAlive(options) ? 0 : ALIVE_LIMIT_SECONDS;
}

function hasOwnAlive(options: readonly string[]): boolean {
  return options.some((word) => OWN_ALIVE.test(word));
}

/** The arguments of the ssh of a managed tunnel; the destination comes last. */
export function managedArguments(
  { host, options }: Pick<TunnelSpec, 'host' | 'options'>,
  { controlPath, forwards, isInteractive, patienceSeconds = 0, more = [] }: CommandSettings,
): readonly string[] {
  const usual = isInteractive ? USUAL : ([...USUAL, 'BatchMode=yes'] as const);
  // Whoever sets an interval of his own counts by ssh's three.
  const alive = aliveSettings(hasOwnAlive(options) ? 0 : patienceSeconds);
  return [
    '-N',
    '-T',
    ...options.map(expandHome),
    ...(namesControlPath(options) ? CONTROL_MASTER_OPTIONS : controlMasterArguments(controlPath)),
    ...[...usual, ...alive, ...more].flatMap((option) => ['-o', option]),
    ...forwards.flatMap(forwardArguments),
    // A host that looks like an option would be one: the settings refuse it, and this is the second lock.
    '--',
    host,
  ];
}

/**
 * The arguments of the ssh beside one that is silent: it logs in, and does nothing else. What the tunnel's own options say of forwards and
 * questions comes behind, and does not count.
 */
export function challengerArguments(
  { host, options }: Pick<TunnelSpec, 'host' | 'options'>,
  {
    controlPath,
    patienceSeconds,
    more,
  }: Pick<CommandSettings, 'controlPath' | 'patienceSeconds' | 'more'>,
): readonly string[] {
  const own = ['-o', 'ClearAllForwardings=yes', '-o', 'BatchMode=yes'];
  const settings = { controlPath, forwards: [], isInteractive: false, patienceSeconds, more };
  return managedArguments({ host, options: [...own, ...options] }, settings);
}

/** The words of a tunnel with which `ssh -G` tells its settings; of ours those that change what ssh makes of ssh_config. */
export function configWords({ host, options }: Pick<TunnelSpec, 'host' | 'options'>): string[] {
  return ['-N', '-T', ...options.map(expandHome), '-o', 'ClearAllForwardings=no', '--', host];
}

/**
 * `~/.ssh/db` behind -i or -F: a shell would have filled it in, and here is none.
 *
 * @internal For the packages of Holdfast.
 */
export function expandHome(word: string): string {
  return word.startsWith('~/') ? `${homedir()}${word.slice(1)}` : word;
}

/** Since OpenSSH 8.7. */
const OPTION = 'ForkAfterAuthentication';

const KEYWORD = OPTION.toLowerCase();

const NONE: readonly string[] = [];
const NO: readonly string[] = [`${OPTION}=no`];

interface Seen {
  readonly stamp: string;
  readonly known: ReturnType<typeof knownSshOptions>;
}

const seen = new Map<string, Seen>();

/**
 * What keeps an ssh in the foreground whatever ssh_config says: only for one that knows the option, since another would end at once.
 *
 * @see docs/decisions/0011-ssh-config-under-a-supervisor.md
 */
export function foregroundSettings(
  ssh: string,
  env: NodeJS.ProcessEnv | undefined,
): readonly string[] {
  return knownOptions(ssh, env)?.has(KEYWORD) === true ? NO : NONE;
}

/** Whether a program is OpenSSH's client, or a script that hands all its words on to one. */
export function isOpenSsh(ssh: string, env: NodeJS.ProcessEnv | undefined): boolean {
  return knownOptions(ssh, env) !== undefined;
}

/** Looked up once for each program; an update of it counts. */
function knownOptions(ssh: string, env: NodeJS.ProcessEnv | undefined): Seen['known'] {
  const found = findProgram(ssh, env?.['PATH']);
  if ('problem' in found) return undefined;
  const stats = statSync(found.path, { throwIfNoEntry: false });
  const stamp = `${stats?.ino} ${stats?.size} ${stats?.mtimeMs}`;
  const before = seen.get(found.path);
  if (before?.stamp === stamp) return before.known;
  const known = knownSshOptions(found.path, [KEYWORD]);
  seen.set(found.path, { stamp, known });
  return known;
}
