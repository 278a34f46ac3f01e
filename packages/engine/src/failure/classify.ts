import { LOST_CONNECTION_STATUS, type SshExit } from '@holdfast/machines';
import { printableLine } from '@holdfast/text';
import type { Silence } from '../ssh-options/silence.ts';
import { findEnd } from './explain.ts';
import { factsOf, readLine, type FailureCause, type Line } from './facts.ts';
import { failureOf, refined, type Failure } from './sentences.ts';
import { LACK, NOISE, NOT_LINKED, NOT_LINKED_NOW } from './texts.ts';
import { canBeTargetFailure, readTargetFailure } from './while-running.ts';

/** All that is known about an ssh that ended. */
export interface EndedSsh {
  /**
   * What it wrote to stderr, cut at LF and only there, oldest first.
   *
   * The CR at the end of a line has to be kept: it tells ssh's own lines from others'. See {@link stderrLines}.
   */
  readonly stderr: readonly string[];
  /** How it ended, or why it never ran. */
  readonly exit: SshExit | { readonly unrunnable: string };
  /** How long it lived. */
  readonly ageMs: number;
  /** Whether it had proved that it carries traffic. */
  readonly wasHealthy: boolean;
  /** What among its options keeps it from saying why it ends, if anything does. */
  readonly silencedBy?: Silence | undefined;
}

/**
 * Says why an ssh ended.
 *
 * **Only the last words count**, and only if ssh ended with its own error status. ssh says why it gives up as the last thing it does, so
 * whatever a server's banner says stands before; and it ends each line of its log with CR LF, where a banner or a
 * command at the other end commonly writes LF alone. Every text is matched from its first character to its last. A text that is not
 * known is `unknown`, whatever words are in it.
 *
 * What cannot be told apart:
 * - A server, or a jump host, that sends CR LF lines *meant* to look like ssh's, when ssh itself then says nothing, or only that
 *   the proxy has gone. It gains nothing that it could not have by failing in that way.
 * - A command at the other end that runs ssh itself and ends with status 255.
 * - A remote port that is held from one that is forbidden: the protocol has one answer for both.
 * - A name that is misspelt from one that cannot be resolved just now: `unreachable`, with the cause `unknown-name`.
 * - Behind a jump host or proxy command, a target that closed the connection from a proxy that failed in words of its own:
 *   `throttled`, with the cause `proxy-closed`.
 *
 * @see docs/failures.md
 */
export function classifyFailure(ended: EndedSsh): Failure {
  const { stderr, exit, ageMs, wasHealthy } = ended;
  if ('unrunnable' in exit) return unrunnable(exit.unrunnable);
  const lines = stderr.map(readLine);
  const found = exit.status === LOST_CONNECTION_STATUS ? findEnd(lines, ageMs) : undefined;
  const known = found ?? endWithoutWords(exit, lines, ended.silencedBy);
  return wasHealthy ? dropped(known) : known;
}

/** Whatever came between: this was a tunnel that worked. How ssh was ended is no matter of the connection, and is said as it is. */
function dropped(known: Failure): Failure {
  if (known.class === 'dropped') return known;
  return refined(known, { cause: ENDED_BY_ITSELF[known.cause] ?? 'connection-lost' });
}

/** Ends without words of a tunnel that was healthy. */
const ENDED_BY_ITSELF: Partial<Record<FailureCause, FailureCause>> = {
  killed: 'dropped-by-signal',
  'ended-well': 'dropped-in-peace',
  'ended-with-status': 'dropped-with-status',
};

/** Cuts what ssh wrote to stderr into lines, as {@link classifyFailure} needs them. */
export function stderrLines(text: string): string[] {
  const lines = text.split('\n');
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

function endWithoutWords(
  { status, signal }: SshExit,
  lines: readonly Line[],
  silencedBy: Silence | undefined,
): Failure {
  const line = lines.findLast(({ text }) => !NOISE.test(text) && !isOfTarget(text))?.text ?? '';
  if (signal !== null) return failureOf('killed', line, { signal });
  if (status === 0) return failureOf('ended-well', line, {});
  if (status === NOT_BEGUN_STATUS) {
    const linked = notLinked(line);
    if (linked !== undefined) return linked;
  }
  if (status !== null && status !== LOST_CONNECTION_STATUS) {
    return failureOf('ended-with-status', line, { status });
  }
  if (silencedBy !== undefined) return failureOf('silenced', line, { silencedBy });
  return failureOf('not-understood', line, line === '' ? {} : { reason: line });
}

/** What one connection through a forward came to says nothing about the end. */
function isOfTarget(text: string): boolean {
  return canBeTargetFailure(text) && readTargetFailure(`${text}\r`) !== undefined;
}

/** The dynamic linker's status when it cannot begin with a program; a shell's for one that it does not find. */
const NOT_BEGUN_STATUS = 127;

function notLinked(line: string): Failure | undefined {
  const facts = factsOf(NOT_LINKED, line);
  if (facts === undefined) return undefined;
  return failureOf(NOT_LINKED_NOW.test(line) ? 'nothing-left' : 'ssh-broken', line, facts);
}

/** What the system says about a program that is not there, or is none; all else may pass. */
const NO_PROGRAM =
  /(?:^|: )(?:No such file or directory|Permission denied|Is a directory|Not a directory|Exec format error)$/;

function unrunnable(reason: string): Failure {
  const cause = NO_PROGRAM.test(reason)
    ? 'ssh-missing'
    : LACK.test(reason)
      ? 'nothing-left'
      : 'not-understood';
  return failureOf(cause, '', { reason: printableLine(reason) });
}
