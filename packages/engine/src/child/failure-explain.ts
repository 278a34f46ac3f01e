import { explainClosedAtLogin, explainDenied } from './failure-login.ts';
import {
  BAD_CONFIG_LINE,
  BAD_OPTION,
  CERTIFICATE_INVALID,
  GREETING_FAILED,
  HOST_KEY_TEXTS,
  JUMP_REFUSED,
  KEY_REVOKED,
  KNOWN_HOSTS_UNREAD,
  LACK,
  NOISE,
  NOT_TRIED,
  OFFENDING_KEY,
  PROXY_GONE,
  USAGE,
} from './failure-details.ts';
import { localRefusals } from './failure-forwards.ts';
import { factsOf, type Finding, type Line, matchText, own } from './failure-lines.ts';
import type { FailureFacts } from './failure-facts.ts';
import { BARE_ENDINGS, ENDINGS } from './failure-texts.ts';

/** A usage error is told before ssh does anything: an ssh that lived longer failed of something else. */
const LONGEST_USAGE_MS = 10_000;

/** What the last words of an ssh say that ended with its own error status; `undefined` if they are not known. */
export function findEnd(lines: readonly Line[], ageMs: number): Finding | undefined {
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
      return end.line.startsWith('Disconnected from ') ? explainDisconnect(end, above) : end;
    case 'closed-early':
      return explainClosed(end, above, ageMs);
    default:
      return end;
  }
}

function explainHostKey(end: Finding, above: readonly Line[]): Finding {
  const line = own(above).at(-1)?.text ?? '';
  const why = matchText(HOST_KEY_TEXTS, line);
  if (why === undefined) return explainUnread(end, line);
  if (why.cause === 'key-unknown') return explainUnknownKey(why, own(above).at(-2)?.text ?? '');
  if (why.cause !== 'key-changed') return why;
  return { ...why, facts: { ...lastFacts(OFFENDING_KEY, above), ...why.facts } };
}

/** A certificate that is not good counts as a mere key, which is then not known: to accept that one would help nobody. */
function explainUnknownKey(why: Finding, line: string): Finding {
  const certificate = factsOf(CERTIFICATE_INVALID, line);
  return certificate === undefined
    ? why
    : { ...why, cause: 'certificate-invalid', line, facts: certificate };
}

/** The key, or what is known of keys, could not be judged. */
function explainUnread(end: Finding, line: string): Finding {
  const certificate = factsOf(CERTIFICATE_INVALID, line);
  if (certificate !== undefined) return { cause: 'certificate-invalid', line, facts: certificate };
  const unread = factsOf(KNOWN_HOSTS_UNREAD, line);
  if (unread === undefined) return end;
  return lacking({ ...end, line, facts: unread });
}

/** What looks like the server's fault, and is a lack on this machine. */
function lacking(found: Finding): Finding {
  const lack = factsOf(LACK, found.facts.reason ?? '');
  return lack === undefined ? found : { ...found, cause: 'nothing-left', facts: lack };
}

function behindHop(found: Finding | undefined): Finding | undefined {
  return found && { ...found, place: 'behind-hop' };
}

/** Where keys are not checked strictly, ssh goes on with another key than it knows, but without forwards. */
function explainNoForwards(end: Finding, above: readonly Line[]): Finding {
  const revoked = lastFacts(KEY_REVOKED, above);
  if (revoked !== undefined) return { ...end, cause: 'key-revoked', facts: revoked };
  return { ...end, facts: { ...lastFacts(OFFENDING_KEY, above) } };
}

function explainNotTried(end: Finding, above: readonly Line[]): Finding {
  if (end.facts.reason !== 'failure') return end;
  const why = factsOf(NOT_TRIED, own(above).at(-1)?.text ?? '');
  return lacking({ ...end, facts: { ...end.facts, ...why } });
}

function lastFacts(pattern: RegExp, lines: readonly Line[]): FailureFacts | undefined {
  return own(lines)
    .map(({ text }) => factsOf(pattern, text))
    .findLast((facts) => facts !== undefined);
}

function explainConfig(end: Finding, above: readonly Line[]): Finding {
  if (end.facts.row !== undefined) return end;
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
  if (!isProxy && !GREETING_FAILED.test(end.line)) return explainClosedAtLogin(end, above);
  const isEcho = isProxy && GREETING_FAILED.test(above.at(-1)?.text ?? '');
  const proxyLines = isEcho ? above.slice(0, -1) : above;
  const found = findEnd(proxyLines, ageMs);
  if (!isProxy) return found ?? end;
  if (found !== undefined) return found.place === undefined ? { ...found, place: 'at-hop' } : found;
  const said = lastSaid(proxyLines);
  const facts = said === '' ? {} : { said };
  return { cause: 'proxy-closed', line: proxyLines.at(-1)?.text ?? end.line, facts };
}

/** A proxy may write as much as it likes; people need the end of it. */
const MOST_LINES_SAID = 3;
const MOST_SAID = 300;

function lastSaid(lines: readonly Line[]): string {
  const said = lines.slice(-MOST_LINES_SAID).map(({ text }) => text.trim());
  const text = said.filter((line) => line !== '').join(' / ');
  return text.length <= MOST_SAID ? text : `…${text.slice(-MOST_SAID)}`;
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
