import type { Check, CheckQuestion } from '@holdfast/engine';
import { parseAddress, type Target } from '@holdfast/engine/forward';
import * as z from 'zod';
import { isTable } from '../raw-value.ts';
import { ADDRESS_PATTERN } from './patterns.ts';
import { command, duration, flag, httpUrl, list, readAs, table, text } from './parts.ts';

const ADDRESS = 'a host and a port, such as "127.0.0.1:5432", or the path of a socket';
const URL_ALLOWED = 'a URL, such as "http://127.0.0.1:8080/health"';
const COMMAND = 'a program and its arguments, one per string: ["pg_isready", "-p", "5432"]';
const QUESTIONS = ['tcp', 'http', 'command'];
const QUESTION = `exactly one of ${QUESTIONS.join(', ')}`;
const CHECK = 'a check, such as { tcp = "127.0.0.1:5432" }, or a list of checks';

const checkTable = table({
  tcp: readAs(
    text(ADDRESS).meta({ pattern: ADDRESS_PATTERN, examples: ['127.0.0.1:5432'] }),
    parseAddress,
    ADDRESS,
  )
    .describe(
      'Connects to this address, or to the socket at this path; it passes if the other side speaks, or stays connected for a second.',
    )
    .optional(),
  http: httpUrl(
    URL_ALLOWED,
    'Asks for this URL; any answer with a status below 400 passes.',
    'http://127.0.0.1:8080/health',
  ).optional(),
  command: command(COMMAND, 'Runs this program, without a shell; exit status 0 passes.', [
    'pg_isready',
    '-p',
    '5432',
  ]).optional(),
  forward: text('one of the forwards of this tunnel, as it is written there')
    .meta({
      description:
        'The forward of this tunnel that the check is about, as it is written there; without it, the tunnel as a whole.',
      examples: ['5432:db.internal:5432'],
    })
    .optional(),
  every: duration({ least: '100ms', most: '1d' }, 'The time between two checks.').prefault('30s'),
  timeout: duration({ least: '100ms', most: '1h' }, 'How long the answer may take.').prefault('5s'),
  restart: flag()
    .default(false)
    .describe(
      'Whether a check that fails restarts the tunnel. Otherwise the tunnel is shown as degraded, and left running.',
    ),
})
  .refine((value) => countQuestions(value) > 0, {
    error: QUESTION,
    params: { wrong: 'this check asks nothing' },
    when: ({ value }) => isTable(value),
  })
  .refine((value) => countQuestions(value) < 2, {
    error: QUESTION,
    params: { wrong: 'this check asks more than one question' },
    when: ({ value }) => isTable(value),
  })
  .meta({ oneOf: QUESTIONS.map((key) => ({ required: [key] })) })
  .transform(({ tcp, http, command, forward, every, timeout, restart }): Check => ({
    question: question(tcp, http, command),
    forward,
    everyMs: every,
    timeoutMs: timeout,
    restart,
  }));

/** One check or several; always a list once it is read. */
export const check = z
  .union([checkTable, list(checkTable, CHECK)], { error: CHECK })
  .transform((checks) => (Array.isArray(checks) ? checks : [checks]));

function countQuestions(value: object): number {
  return QUESTIONS.filter((key) => Object.hasOwn(value, key)).length;
}

function question(
  address: Exclude<Target, { kind: 'socks' }> | undefined,
  url: string | undefined,
  command: readonly string[] | undefined,
): CheckQuestion {
  if (address !== undefined) return { kind: 'tcp', address };
  if (url !== undefined) return { kind: 'http', url };
  return { kind: 'command', command: command ?? [] };
}
