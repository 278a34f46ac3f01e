import {
  ACCOUNT_EXPIRED,
  GREETING_FAILED,
  KEY_EXPOSED_BOX,
  KEY_NOT_THERE,
  KEY_TROUBLES,
} from './failure-details.ts';
import { factsOf, type Finding, type Line, matchText } from './failure-lines.ts';
import type { FailureCause } from './failure-texts.ts';

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
export function explainDenied(end: Finding, above: readonly Line[]): Finding {
  if (isTypedOnly(end.facts.methods)) return { ...end, cause: 'typed-only' };
  const troubles = [...firstWords(above), ...lastWords(above)];
  const [gravest] = GRAVEST.flatMap((cause) => troubles.find((one) => one.cause === cause) ?? []);
  if (gravest === undefined) return end;
  if (gravest.cause === 'nothing-left') return gravest;
  return { ...gravest, facts: { ...end.facts, ...gravest.facts } };
}

/** What ssh says before it connects: no server can have written that. */
function firstWords(lines: readonly Line[]): Finding[] {
  const end = lines.findIndex(({ isOwn, text }) => isOwn || !KEY_NOT_THERE.test(text));
  return lines.slice(0, end === -1 ? lines.length : end).map(({ text }) => ({
    cause: 'key-missing',
    line: text,
    facts: factsOf(KEY_NOT_THERE, text)!,
  }));
}

/** What ssh says of keys stands right above its last words; a banner stands above that. */
function lastWords(lines: readonly Line[]): Finding[] {
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
export function explainClosedAtLogin(end: Finding, above: readonly Line[]): Finding {
  if (!/^Connection (?:closed|reset) by /.test(end.line)) return end;
  const said = above.filter(isOthers).at(-1)?.text.trim();
  if (said === undefined || GREETING_FAILED.test(said)) return end;
  const cause = ACCOUNT_EXPIRED.test(said) ? 'account-expired' : 'closed-at-login';
  return { ...end, cause, facts: { ...end.facts, said: said.slice(0, MOST_SAID) } };
}

const MOST_SAID = 300;

function isOthers({ isOwn, text }: Line): boolean {
  return !isOwn && text.trim() !== '' && !KEY_NOT_THERE.test(text);
}
