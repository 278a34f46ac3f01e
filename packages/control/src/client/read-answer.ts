import type { IncomingMessage } from 'node:http';
import type { LocatedError } from '@holdfast/config';
import { type ApiErrorCode, PROTOCOL } from '../api.ts';
import {
  PROTOCOL_HEADER,
  readProtocol,
  VERSION_HEADER,
  wrongProtocolSentence,
} from '../protocol.ts';
import type { Line } from './call.ts';
import { badAnswer, cleanText, ControlError } from './control-error.ts';
import { isFields } from './answer-shapes.ts';

const MOST_BYTES = 16 * 1024 * 1024;

/** Throws a {@link ControlError} if the answer is from no supervisor, or from one that we would misunderstand. */
export function checkSpeaker(
  { headers }: IncomingMessage,
  { socketPath, version }: Line,
  acceptsAnyProtocol: boolean,
): void {
  const protocol = readProtocol(headerText(headers[PROTOCOL_HEADER]));
  if (protocol === undefined) throw badAnswer(socketPath, `it has no ${PROTOCOL_HEADER}`);
  if (protocol === PROTOCOL || acceptsAnyProtocol) return;
  const supervisor = { version: headerText(headers[VERSION_HEADER]), protocol };
  throw new ControlError(
    'wrong-protocol',
    wrongProtocolSentence(supervisor, { version, protocol: PROTOCOL }),
  );
}

/** The JSON of an answer; rejects with a {@link ControlError} if it is a refusal, or too large, or no JSON. */
export async function readAnswer(answer: IncomingMessage, { socketPath }: Line): Promise<unknown> {
  const text = await readText(answer, socketPath);
  const body = parse(text, socketPath);
  const { statusCode = 0 } = answer;
  if (statusCode === 200) return body;
  throw readRefusal(body) ?? badAnswer(socketPath, `it has the status ${statusCode}`);
}

async function readText(answer: IncomingMessage, socketPath: string): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw badAnswer(socketPath, `it is larger than ${MOST_BYTES} bytes`);
  }
  return Buffer.concat(chunks).toString();
}

function parse(text: string, socketPath: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badAnswer(socketPath, 'it is not valid JSON', error);
  }
}

function headerText(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : undefined;
}

const CODES: Readonly<Record<ApiErrorCode, true>> = {
  'bad-request': true,
  'too-large': true,
  'not-found': true,
  'wrong-protocol': true,
  'unknown-tunnel': true,
  'not-connected': true,
  'forward-failed': true,
  'inspector-failed': true,
  'config-invalid': true,
  'config-unreadable': true,
  'too-many': true,
  ending: true,
  internal: true,
};

const TEXTS = ['code', 'file', 'key', 'wrong', 'allowed'] as const;
const NUMBERS = ['line', 'column', 'length'] as const;

/** The refusal in the body of an answer; `undefined` if there is none to be read. */
function readRefusal(body: unknown): ControlError | undefined {
  const error = isFields(body) ? body['error'] : undefined;
  if (!isFields(error)) return undefined;
  const { code, message, locations } = error;
  if (typeof code !== 'string' || !Object.hasOwn(CODES, code)) return undefined;
  if (typeof message !== 'string') return undefined;
  return new ControlError(code as ApiErrorCode, message, {
    locations: Array.isArray(locations) ? locations.flatMap(readLocation) : undefined,
  });
}

function readLocation(value: unknown): readonly LocatedError[] {
  if (!isFields(value)) return [];
  const isWhole =
    TEXTS.every((name) => typeof value[name] === 'string') &&
    NUMBERS.every((name) => typeof value[name] === 'number');
  if (!isWhole) return [];
  const cleaned = Object.entries(value).map(([name, field]) => [
    name,
    typeof field === 'string' ? cleanText(field) : field,
  ]);
  return [Object.fromEntries(cleaned) as LocatedError];
}
