import { LOST_CONNECTION_STATUS, type FailureClass, type SshExit } from '@holdfast/machines';
import { FAILURE_WORDS, type FailureFacts } from './failure-sentences.ts';
import {
  BAD_CONFIG_LINE,
  BAD_OPTION,
  BARE_ENDINGS,
  BIND_REFUSED,
  ENDINGS,
  GREETING_FAILED,
  HOST_KEY_TEXTS,
  JUMP_REFUSED,
  NOISE,
  OFFENDING_KEY,
  PATH_REFUSED,
  PORT_REFUSED,
  PROXY_GONE,
  REMOTE_REFUSED,
  USAGE,
  type FailureCause,
  type KnownText,
} from './failure-texts.ts';

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
}

/** What went wrong. */
export interface Failure {
  readonly class: FailureClass;
  readonly cause: FailureCause;
  /** What ssh wrote about it: the line that decided, or for want of one its last. */
  readonly line?: string;
  readonly facts: FailureFacts;
  /** For people: what happened, and what can be done about it. Lower case, without a full stop. */
  readonly sentence: string;
  readonly remedy?: string;
}

/** A line of stderr: `text` without its end, and whether it ended as ssh ends the lines of its own log. */
interface Line {
  readonly text: string;
  readonly isOwn: boolean;
}

interface Finding {
  readonly cause: FailureCause;
  readonly line: string;
  readonly facts: FailureFacts;
}

/** A usage error is told before ssh does anything: an ssh that lived longer failed of something else. */
const LONGEST_USAGE_MS = 10_000;

/** Longer than any line that ssh ends with. */
const LONGEST_LINE = 1000;

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
export function classifyFailure({ stderr, exit, ageMs, wasHealthy }: EndedSsh): Failure {
  if ('unrunnable' in exit) return failure(unrunnable(exit.unrunnable));
  const lines = stderr.map(readLine);
  const found = exit.status === LOST_CONNECTION_STATUS ? findEnd(lines, ageMs) : undefined;
  const known = found ?? endWithoutWords(exit, lines);
  if (!wasHealthy) return failure(known);
  // Whatever came between: this was a tunnel that worked.
  const isDrop = FAILURE_WORDS[known.cause].class === 'dropped';
  return failure(isDrop ? known : { ...known, cause: 'connection-lost' });
}

/**
 * Finds the forwards that an ssh goes without, while it runs on: local ports that are held, whole or half, and remote ones that were
 * refused.
 *
 * Of a local port that is held at one of its two addresses, ssh tells only when it is the last one it tries, which is
 * 127.0.0.1. When it is ::1, it says nothing, unless with `-v`. Of a remote port that is held half, nobody says anything.
 */
export function findRefusedForwards(stderr: readonly string[]): readonly Failure[] {
  const lines = stderr.map(readLine).filter(({ isOwn }) => isOwn);
  const remote = lines.flatMap(({ text: line }) => {
    const facts = factsOf(REMOTE_REFUSED, line);
    return facts === undefined ? [] : [{ cause: 'remote-port-held' as const, line, facts }];
  });
  return [...localRefusals(lines), ...remote].map(failure);
}

/** Cuts what ssh wrote to stderr into lines, as {@link classifyFailure} needs them. */
export function stderrLines(text: string): string[] {
  const lines = text.split('\n');
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

function readLine(raw: string): Line {
  const isOwn = raw.endsWith('\r');
  return { isOwn, text: visible((isOwn ? raw.slice(0, -1) : raw).slice(0, LONGEST_LINE)) };
}

function findEnd(lines: readonly Line[], ageMs: number): Finding | undefined {
  const kept = lines.filter(({ text }) => !NOISE.test(text));
  const last = kept.at(-1);
  if (last === undefined) return undefined;
  if (ageMs <= LONGEST_USAGE_MS) {
    const usage = findUsage(kept);
    if (usage !== undefined) return usage;
  }
  const found = last.isOwn ? matchText(ENDINGS, last.text) : undefined;
  return found === undefined ? undefined : explain(found, kept.slice(0, -1), ageMs);
}

/** What ssh says in more than one line: the last one says that, and the ones above say why. */
function explain(end: Finding, above: readonly Line[], ageMs: number): Finding {
  switch (end.cause) {
    case 'key-not-confirmed':
      return explainHostKey(end, above);
    case 'local-port-held':
      return localRefusals(own(above)).find(({ cause }) => cause !== 'local-port-half-held') ?? end;
    case 'jump-forbidden':
      return matchText(JUMP_REFUSED, own(above).at(-1)?.text) ?? end;
    case 'bad-config':
      return explainConfig(end, above);
    case 'connection-lost':
      return end.line.startsWith('Disconnected from ') ? explainDisconnect(end, above) : end;
    case 'closed-early':
      return explainClosed(end, above, ageMs);
    default:
      return end;
  }
}

function explainHostKey(end: Finding, above: readonly Line[]): Finding {
  const why = matchText(HOST_KEY_TEXTS, own(above).at(-1)?.text);
  if (why === undefined) return end;
  if (why.cause !== 'key-changed') return why;
  const entries = own(above).map(({ text }) => factsOf(OFFENDING_KEY, text));
  return { ...why, facts: { ...entries.findLast((entry) => entry !== undefined), ...why.facts } };
}

function explainConfig(end: Finding, above: readonly Line[]): Finding {
  const line = own(above).at(-1)?.text;
  const facts = line === undefined ? undefined : factsOf(BAD_CONFIG_LINE, line);
  return facts === undefined ? end : { ...end, line: line!, facts };
}

function explainDisconnect(end: Finding, above: readonly Line[]): Finding {
  const line = own(above).at(-1)?.text;
  return (line?.startsWith('Received disconnect ') && matchText(ENDINGS, line)) || end;
}

/** Before there is a greeting nobody writes but ssh and its proxy: whatever is known above is why the proxy went. */
function explainClosed(end: Finding, above: readonly Line[], ageMs: number): Finding {
  const isProxy = PROXY_GONE.test(end.line);
  if (!isProxy && !GREETING_FAILED.test(end.line)) return end;
  const isEcho = isProxy && GREETING_FAILED.test(above.at(-1)?.text ?? '');
  const proxyLines = isEcho ? above.slice(0, -1) : above;
  const found = findEnd(proxyLines, ageMs);
  if (found !== undefined || !isProxy) return found ?? end;
  return { cause: 'proxy-closed', line: proxyLines.at(-1)?.text ?? end.line, facts: {} };
}

function findUsage(lines: readonly Line[]): Finding | undefined {
  const [only] = lines;
  const bare = lines.length === 1 && !only!.isOwn && matchText(BARE_ENDINGS, only!.text);
  if (bare) return bare;
  const start = lines.findIndex(({ isOwn, text }) => !isOwn && USAGE.test(text));
  if (start === -1 || lines.slice(start + 1).some(({ text }) => !text.startsWith('  '))) {
    return undefined;
  }
  if (start === 0) return { cause: 'bad-usage', line: lines[0]!.text, facts: {} };
  const line = lines[start - 1]!.text;
  const facts = start === 1 ? factsOf(BAD_OPTION, line) : undefined;
  return facts === undefined ? undefined : { cause: 'bad-usage', line, facts };
}

/** Local forwards that could not be had, one finding for each port or path. */
function localRefusals(lines: readonly Line[]): Finding[] {
  const findings = new Map<number | string, Finding>();
  const whole = new Set(lines.flatMap(({ text }) => factsOf(PORT_REFUSED, text)?.port ?? []));
  for (const { text: line } of lines) {
    const facts =
      factsOf(BIND_REFUSED, line) ?? factsOf(PATH_REFUSED, line) ?? factsOf(PORT_REFUSED, line);
    const key = facts?.port ?? facts?.path;
    if (facts === undefined || key === undefined || findings.has(key)) continue;
    const isHalf = facts.port !== undefined && !whole.has(facts.port);
    findings.set(key, { cause: bindCause(facts, isHalf), line, facts });
  }
  return [...findings.values()];
}

function bindCause({ reason = IN_USE }: FailureFacts, isHalf: boolean): FailureCause {
  if (reason !== IN_USE) return 'local-port-unusable';
  return isHalf ? 'local-port-half-held' : 'local-port-held';
}

const IN_USE = 'Address already in use';

function endWithoutWords({ status, signal }: SshExit, lines: readonly Line[]): Finding {
  const line = lines.findLast(({ text }) => !NOISE.test(text))?.text ?? '';
  if (signal !== null) return { cause: 'killed', line, facts: { signal } };
  if (status === 0) return { cause: 'ended-well', line, facts: {} };
  if (status !== null && status !== LOST_CONNECTION_STATUS) {
    return { cause: 'ended-with-status', line, facts: { status } };
  }
  return { cause: 'not-understood', line, facts: line === '' ? {} : { reason: line } };
}

/** What the system says about a program that is not there, or is none; all else may pass. */
const NO_PROGRAM =
  /(?:^|: )(?:No such file or directory|Permission denied|Is a directory|Not a directory|Exec format error)$/;

function unrunnable(reason: string): Finding {
  const cause = NO_PROGRAM.test(reason) ? 'ssh-missing' : 'not-understood';
  return { cause, line: '', facts: { reason: visible(reason) } };
}

function own(lines: readonly Line[]): Line[] {
  return lines.filter(({ isOwn }) => isOwn);
}

function matchText(texts: readonly KnownText[], line: string | undefined): Finding | undefined {
  if (line === undefined) return undefined;
  for (const { cause, pattern } of texts) {
    const facts = factsOf(pattern, line);
    if (facts !== undefined) return { cause, line, facts };
  }
  return undefined;
}

function factsOf(pattern: RegExp, line: string): FailureFacts | undefined {
  const match = pattern.exec(line);
  if (match === null) return undefined;
  const found = Object.entries(match.groups ?? {}).filter(([, value]) => value !== undefined);
  return Object.fromEntries(found.map(([name, value]) => [name, toFact(name, value)]));
}

function toFact(name: string, value: string): string | number {
  return name === 'port' || name === 'row' ? Number(value) : value;
}

function failure({ cause, line, facts }: Finding): Failure {
  const words = FAILURE_WORDS[cause];
  const remedy = words.remedy?.(facts);
  return {
    class: words.class,
    cause,
    ...(line === '' ? {} : { line }),
    facts,
    sentence: words.sentence(facts).replace(/\.+$/, ''),
    ...(remedy === undefined ? {} : { remedy }),
  };
}

/** Lines of others can hold anything, also what a terminal would obey. */
function visible(text: string): string {
  return text.replace(/\p{C}/gu, '?');
}
