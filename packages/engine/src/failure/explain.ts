import { factsOf, own, type FailureCause, type FailureFacts, type Line } from './facts.ts';
import { failureOf, refined, type Failure } from './sentences.ts';
import {
  ACCOUNT_EXPIRED,
  BAD_CONFIG_LINE,
  BAD_OPTION,
  BARE_ENDINGS,
  CERTIFICATE_INVALID,
  ENDINGS,
  GREETING_FAILED,
  HOST_KEY_TEXTS,
  JUMP_REFUSED,
  KEY_EXPOSED_BOX,
  KEY_NOT_THERE,
  KEY_REVOKED,
  KEY_TROUBLES,
  KNOWN_HOSTS_UNREAD,
  LACK,
  NOISE,
  NOT_TRIED,
  OFFENDING_KEY,
  PROXY_GONE,
  USAGE,
  type KnownText,
} from './texts.ts';
import { localRefusals } from './while-running.ts';

/** A usage error is told before ssh does anything: an ssh that lived longer failed of something else. */
const LONGEST_USAGE_MS = 10_000;

/** What the last words of an ssh say that ended with its own error status; `undefined` if they are not known. */
export function findEnd(lines: readonly Line[], ageMs: number): Failure | undefined {
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
function explain(end: Failure, above: readonly Line[], ageMs: number): Failure {
  switch (end.cause) {
    case 'no-connection':
      return explainNotTried(end, above);
    case 'key-not-confirmed':
      return explainHostKey(end, above);
    case 'key-changed':
      return explainNoForwards(end, above);
    case 'local-port-held':
      return localRefusals(own(above)).find(({ cause }) => cause !== 'local-port-half-held') ?? end;
    case 'jump-forbidden':
      return behindHop(matchText(JUMP_REFUSED, own(above).at(-1)?.text)) ?? end;
    case 'denied':
      return explainDenied(end, above);
    case 'bad-config':
      return explainConfig(end, above);
    case 'connection-lost':
      return end.line?.startsWith('Disconnected from ') === true
        ? explainDisconnect(end, above)
        : end;
    case 'closed-early':
      return explainClosed(end, above, ageMs);
    default:
      return end;
  }
}

function explainHostKey(end: Failure, above: readonly Line[]): Failure {
  const line = own(above).at(-1)?.text ?? '';
  const why = matchText(HOST_KEY_TEXTS, line);
  if (why === undefined) return explainUnread(end, line);
  if (why.cause === 'key-unknown') return explainUnknownKey(why, own(above).at(-2)?.text ?? '');
  if (why.cause !== 'key-changed') return why;
  return refined(why, { facts: { ...lastFacts(OFFENDING_KEY, above), ...why.facts } });
}

/** A certificate that is not good counts as a mere key, which is then not known: to accept that one would help nobody. */
function explainUnknownKey(why: Failure, line: string): Failure {
  const certificate = factsOf(CERTIFICATE_INVALID, line);
  return certificate === undefined ? why : failureOf('certificate-invalid', line, certificate);
}

/** The key, or what is known of keys, could not be judged. */
function explainUnread(end: Failure, line: string): Failure {
  const certificate = factsOf(CERTIFICATE_INVALID, line);
  if (certificate !== undefined) return failureOf('certificate-invalid', line, certificate);
  const unread = factsOf(KNOWN_HOSTS_UNREAD, line);
  if (unread === undefined) return end;
  return lacking(refined(end, { line, facts: unread }));
}

/** What looks like the server's fault, and is a lack on this machine. */
function lacking(found: Failure): Failure {
  const lack = factsOf(LACK, found.facts.reason ?? '');
  return lack === undefined ? found : refined(found, { cause: 'nothing-left', facts: lack });
}

function behindHop(found: Failure | undefined): Failure | undefined {
  return found && refined(found, { hop: 'behind' });
}

/** Where keys are not checked strictly, ssh goes on with another key than it knows, but without forwards. */
function explainNoForwards(end: Failure, above: readonly Line[]): Failure {
  const revoked = lastFacts(KEY_REVOKED, above);
  if (revoked !== undefined) return refined(end, { cause: 'key-revoked', facts: revoked });
  return refined(end, { facts: { ...lastFacts(OFFENDING_KEY, above) } });
}

function explainNotTried(end: Failure, above: readonly Line[]): Failure {
  if (end.facts.reason !== 'failure') return end;
  const why = factsOf(NOT_TRIED, own(above).at(-1)?.text ?? '');
  return lacking(refined(end, { facts: { ...end.facts, ...why } }));
}

function lastFacts(pattern: RegExp, lines: readonly Line[]): FailureFacts | undefined {
  return own(lines)
    .map(({ text }) => factsOf(pattern, text))
    .findLast((facts) => facts !== undefined);
}

function explainConfig(end: Failure, above: readonly Line[]): Failure {
  if (end.facts.row !== undefined) return end;
  const line = own(above).at(-1)?.text;
  const facts = line === undefined ? undefined : factsOf(BAD_CONFIG_LINE, line);
  return facts === undefined ? end : refined(end, { line: line!, facts });
}

function explainDisconnect(end: Failure, above: readonly Line[]): Failure {
  const line = own(above).at(-1)?.text;
  return (line?.startsWith('Received disconnect ') && matchText(ENDINGS, line)) || end;
}

/** Before there is a greeting nobody writes but ssh and its proxy: whatever is known above is why the proxy went. */
function explainClosed(end: Failure, above: readonly Line[], ageMs: number): Failure {
  const { line = '' } = end;
  const isProxy = PROXY_GONE.test(line);
  if (!isProxy && !GREETING_FAILED.test(line)) return explainClosedAtLogin(end, above);
  const isEcho = isProxy && GREETING_FAILED.test(above.at(-1)?.text ?? '');
  const proxyLines = isEcho ? above.slice(0, -1) : above;
  const found = findEnd(proxyLines, ageMs);
  if (!isProxy) return found ?? end;
  if (found !== undefined) return found.hop === undefined ? refined(found, { hop: 'at' }) : found;
  const said = lastSaid(proxyLines);
  const facts = said === '' ? {} : { said };
  return failureOf('proxy-closed', proxyLines.at(-1)?.text ?? line, facts);
}

/** A proxy may write as much as it likes; people need the end of it. */
const MOST_LINES_SAID = 3;
const MOST_SAID = 300;

function lastSaid(lines: readonly Line[]): string {
  const said = lines.slice(-MOST_LINES_SAID).map(({ text }) => text.trim());
  const text = said.filter((line) => line !== '').join(' / ');
  return text.length <= MOST_SAID ? text : `…${text.slice(-MOST_SAID)}`;
}

function findUsage(lines: readonly Line[]): Failure | undefined {
  const [only] = lines;
  const bare = lines.length === 1 && !only!.isOwn && matchText(BARE_ENDINGS, only!.text);
  if (bare) return bare;
  const start = lines.findIndex(({ isOwn, text }) => !isOwn && USAGE.test(text));
  if (start === -1 || lines.slice(start + 1).some(({ text }) => !text.startsWith('  '))) {
    return undefined;
  }
  if (start === 0) return failureOf('bad-usage', lines[0]!.text, {});
  const line = lines[start - 1]!.text;
  const facts = start === 1 ? factsOf(BAD_OPTION, line) : undefined;
  return facts === undefined ? undefined : failureOf('bad-usage', line, facts);
}

// Why somebody was not let in, from what stands above the last words. ssh tells of each key that it could not use, and goes on; what a
// server sends before it closes the connection at the login is a banner to ssh.

/** What is to be told first when ssh had trouble with several keys. */
const GRAVEST: readonly FailureCause[] = [
  'nothing-left',
  'key-exposed',
  'key-unusable',
  'key-missing',
  'key-locked',
  'agent-refused',
];

/** Why a login was denied, if ssh or the ways to log in tell. */
function explainDenied(end: Failure, above: readonly Line[]): Failure {
  if (isTypedOnly(end.facts.methods)) return refined(end, { cause: 'typed-only' });
  const troubles = [...firstWords(above), ...lastWords(above)];
  const [gravest] = GRAVEST.flatMap((cause) => troubles.find((one) => one.cause === cause) ?? []);
  if (gravest === undefined) return end;
  if (gravest.cause === 'nothing-left') return gravest;
  return refined(gravest, { facts: { ...end.facts, ...gravest.facts } });
}

/** What ssh says before it connects: no server can have written that. */
function firstWords(lines: readonly Line[]): Failure[] {
  const end = lines.findIndex(({ isOwn, text }) => isOwn || !KEY_NOT_THERE.test(text));
  return lines
    .slice(0, end === -1 ? lines.length : end)
    .map(({ text }) => failureOf('key-missing', text, factsOf(KEY_NOT_THERE, text)!));
}

/** What ssh says of keys stands right above its last words; a banner stands above that. */
function lastWords(lines: readonly Line[]): Failure[] {
  const start = lines.findLastIndex(({ isOwn, text }) => !isOwn || !isAboutKeys(text)) + 1;
  return lines.slice(start).flatMap(({ text }) => matchText(KEY_TROUBLES, text) ?? []);
}

function isAboutKeys(text: string): boolean {
  return KEY_EXPOSED_BOX.test(text) || matchText(KEY_TROUBLES, text) !== undefined;
}

/** Whether the server takes nothing but what a person types. */
function isTypedOnly(methods = ''): boolean {
  return methods !== '' && methods.split(',').every((method) => TYPED.has(method));
}

const TYPED: ReadonlySet<string> = new Set(['password', 'keyboard-interactive']);

/**
 * A connection that is closed without a greeting, or before the keys are exchanged, is closed without a word. Behind that a server may say
 * why: PAM's words come as a banner.
 */
function explainClosedAtLogin(end: Failure, above: readonly Line[]): Failure {
  if (!/^Connection (?:closed|reset) by /.test(end.line ?? '')) return end;
  const said = above.filter(isOthers).at(-1)?.text.trim();
  if (said === undefined || GREETING_FAILED.test(said)) return end;
  const cause = ACCOUNT_EXPIRED.test(said) ? 'account-expired' : 'closed-at-login';
  return refined(end, { cause, facts: { ...end.facts, said: said.slice(0, MOST_SAID) } });
}

function isOthers({ isOwn, text }: Line): boolean {
  return !isOwn && text.trim() !== '' && !KEY_NOT_THERE.test(text);
}

/** The first text that a line is. */
function matchText(texts: readonly KnownText[], line: string | undefined): Failure | undefined {
  if (line === undefined) return undefined;
  for (const { cause, pattern } of texts) {
    const facts = factsOf(pattern, line);
    if (facts !== undefined) return failureOf(cause, line, facts);
  }
  return undefined;
}
