import type { AutosshEnvironment } from '@holdfast/config';
import { readSshSetting, readSshWords } from '@holdfast/engine/ssh-options';
import { type AutosshRun, sshLetters } from './arguments.ts';

/** What is to be done, as it is seen from `/`. */
interface SeenFromRoot {
  readonly env: AutosshEnvironment;
  readonly run: AutosshRun;
  /** Sentences about what means something else there. */
  readonly warnings: readonly string[];
}

/**
 * With -f the folder changes to `/` before ssh is started: under `classic` the caller's relative paths go on meaning what they meant to the
 * caller. The originals leave them as they are.
 *
 * @see docs/rules.md, RUN-3 and PID-2.
 */
export function seenFromRoot(env: AutosshEnvironment, run: AutosshRun): SeenFromRoot {
  const folder = presentFolder();
  if (!run.background || env.rules !== 'classic' || folder === undefined) {
    return { env, run, warnings: [] };
  }
  const { words, unresolved } = resolveSshPaths(run.sshArguments, folder);
  const { sshPath = '', pidFile } = env;
  const isRelative = sshPath.includes('/') && !sshPath.startsWith('/');
  const strangers = [
    ...unresolved,
    ...(pidFile === undefined || pidFile.startsWith('/') ? [] : [pidFile]),
  ];
  return {
    env: isRelative ? { ...env, sshPath: `${folder}/${sshPath}` } : env,
    run: { ...run, sshArguments: words },
    warnings: strangers.map(
      (path) => `with -f "${path}" is relative to /: write the absolute path`,
    ),
  };
}

/** None if it was removed. */
function presentFolder(): string | undefined {
  try {
    return process.cwd();
  } catch {
    return undefined;
  }
}

/** A command line of ssh whose paths are seen from anywhere. */
interface ResolvedWords {
  readonly words: readonly string[];
  /** What could not be resolved, such as the command of a ProxyCommand: a shell reads that. */
  readonly unresolved: readonly string[];
}

/** How a path is read by ssh: `%` may stand for something, and has to be doubled to stand for itself. */
type PathKind = 'plain' | 'tokens';

/** The letters whose argument is a path in the present folder. */
const LETTERS: Readonly<Record<string, PathKind>> = {
  E: 'plain',
  F: 'plain',
  I: 'plain',
  S: 'tokens',
  i: 'tokens',
};

/** The settings whose value is a path in the present folder, or several. */
const SETTINGS: Readonly<Record<string, PathKind>> = {
  certificatefile: 'tokens',
  controlpath: 'tokens',
  globalknownhostsfile: 'plain',
  identityagent: 'tokens',
  identityfile: 'tokens',
  pkcs11provider: 'plain',
  revokedhostkeys: 'tokens',
  securitykeyprovider: 'plain',
  userknownhostsfile: 'tokens',
  xauthlocation: 'plain',
};

/** Settings that a shell reads: nobody knows which of their words are paths. */
const COMMANDS = ['proxycommand', 'localcommand', 'knownhostscommand'];

/** A command that begins with a path such as `./proxy` or `bin/proxy`. */
const BEGINS_RELATIVE = /^(?![/~%$])[^\s'"]*\//;

/** Libraries without a slash are searched for by the system. */
const LIBRARIES = ['I', 'pkcs11provider', 'securitykeyprovider'];

/** Words that are no paths where a path may stand. */
const SPECIAL = ['none', 'internal', 'SSH_AUTH_SOCK'];

/**
 * Resolves the relative paths in a command line of ssh against the folder of whoever wrote it, for an ssh that runs in another.
 *
 * Options are read as ssh does: also behind the host, up to the command. What ssh_config says itself is not looked at.
 *
 * @see ssh(1), ssh_config(5)
 */
export function resolveSshPaths(words: readonly string[], folder: string): ResolvedWords {
  const resolved = [...words];
  const unresolved: string[] = [];
  for (const read of readSshWords(words, sshLetters('classic')).optionWords) {
    const { index, letter, joined, argument } = read;
    if (argument === undefined || letter === '') continue;
    const path = resolveArgument(letter, argument, folder);
    if (path === undefined) unresolved.push(argument);
    else if (joined === '') resolved[index + 1] = path;
    else resolved[index] = words[index]!.slice(0, -joined.length) + path;
  }
  return { words: resolved, unresolved };
}

/** An argument of an option, resolved; `undefined` if that cannot be done. */
function resolveArgument(letter: string, argument: string, folder: string): string | undefined {
  if (letter === 'o') return resolveSetting(argument, folder);
  if (letter === 'L') return resolveSocket(argument, folder, /^(?![/[~%$])[^:]*\/[^:]*(?=:)/);
  if (letter === 'R') return resolveSocket(argument, folder, /(?<=:)(?![/~%$])[^:[\]]*\/[^:]*$/);
  const kind = LETTERS[letter];
  if (kind === undefined || !isRelative(argument, letter)) return argument;
  return inFolder(argument, folder, kind);
}

function resolveSetting(argument: string, folder: string): string | undefined {
  const setting = readSshSetting(argument);
  if (setting === undefined) return argument;
  const { keyword, value } = setting;
  if (COMMANDS.includes(keyword)) return BEGINS_RELATIVE.test(value) ? undefined : argument;
  const kind = SETTINGS[keyword];
  if (kind === undefined) return argument;
  const paths = wordsOf(argument.slice(argument.toLowerCase().indexOf(keyword) + keyword.length));
  if (!paths.some((path) => isRelative(path, keyword))) return argument;
  const values = paths.map((path) =>
    quoted(isRelative(path, keyword) ? inFolder(path, folder, kind) : path),
  );
  return `${keyword}=${values.join(' ')}`;
}

/** The local socket of a forward: a path where a port could stand. */
function resolveSocket(argument: string, folder: string, place: RegExp): string {
  return argument.replace(place, (path) => inFolder(path, folder, 'plain'));
}

/** The values behind a keyword, without quotes. */
function wordsOf(text: string): readonly string[] {
  const values = text.replace(/^"?\s*=?\s*/, '').matchAll(/"([^"]*)"|([^\s"]+)/g);
  return [...values].map(([, inQuotes, bare]) => inQuotes ?? bare ?? '');
}

function quoted(value: string): string {
  return /\s/.test(value) ? `"${value}"` : value;
}

/** `~`, `%d` and `${HOME}` are ssh's to fill in. */
function isRelative(path: string, place: string): boolean {
  if (path === '' || SPECIAL.includes(path) || /^[/~%$]/.test(path)) return false;
  return path.includes('/') || !LIBRARIES.includes(place);
}

function inFolder(path: string, folder: string, kind: PathKind): string {
  const before = kind === 'tokens' ? folder.replaceAll('%', '%%') : folder;
  return `${before.replace(/\/$/, '')}/${path}`;
}
