import { statSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { PROTOCOL } from '../api.ts';
import { AGENT_HEADER, formatAgent, PROTOCOL_HEADER, VERSION_HEADER } from '../protocol.ts';
import { badAnswer, ControlError, toControlError } from './control-error.ts';

/** Where the supervisor is, and who asks. */
export interface Line {
  readonly socketPath: string;
  readonly version: string;
  /** Ends whatever is asked, and is asked later, with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** One request, on a connection of its own. */
export interface Call {
  /** Resolves when the headers have come; rejects with a {@link ControlError}. */
  readonly answer: Promise<IncomingMessage>;
  /** Ends it: waiting for the answer, and reading it, fail with this error. */
  cancel(error: Error): void;
}

export function placeCall(
  { socketPath, version, signal }: Line,
  {
    method,
    path,
    body,
    agent,
  }: {
    readonly method: string;
    readonly path: string;
    readonly body?: string;
    /** SSH_AUTH_SOCK, where it may be of use. */
    readonly agent?: string | undefined;
  },
): Call {
  let incoming: IncomingMessage | undefined;
  const agentValue = formatAgent(agent);
  const outgoing = request({
    // Without an agent: that one would look whether the host is an address, which costs 4 ms, since the pattern for IPv6 is large.
    createConnection: () => connect(socketPath),
    method,
    path,
    headers: {
      [PROTOCOL_HEADER]: PROTOCOL,
      [VERSION_HEADER]: version,
      ...(agentValue === undefined ? {} : { [AGENT_HEADER]: agentValue }),
    },
  });
  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    // Errors of the answer reach whoever reads it; this keeps those that nobody reads from ending the program.
    outgoing.once('response', (message) => resolve((incoming = message.on('error', () => {}))));
    outgoing.on('error', (error) => reject(toControlError(error, socketPath)));
    outgoing.once('close', () => reject(badAnswer(socketPath, 'the connection was closed')));
  });
  const cancel = (error: Error) => {
    outgoing.destroy(error);
    incoming?.destroy(error);
  };
  const giveUp = () => cancel(signal!.reason as Error);
  if (isForeign(socketPath)) {
    cancel(new ControlError('not-permitted', `${socketPath} belongs to another user`));
  } else if (signal?.aborted === true) {
    giveUp();
  } else {
    signal?.addEventListener('abort', giveUp);
    outgoing.once('close', () => signal?.removeEventListener('abort', giveUp));
    outgoing.end(body);
  }
  return { answer, cancel };
}

/** Someone else's supervisor could tell us anything. Root may ask whom it likes. */
function isForeign(socketPath: string): boolean {
  const uid = process.getuid?.();
  if (uid === undefined || uid === 0) return false;
  try {
    return statSync(socketPath).uid !== uid;
  } catch {
    // Connecting says what is wrong with it.
    return false;
  }
}

/** The parameters as the end of a path; those that are `undefined` are left out. */
export function formatQuery(
  names: readonly string[],
  more: Readonly<Record<string, string | number | undefined>> = {},
): string {
  const query = new URLSearchParams();
  for (const name of names) query.append('name', name);
  for (const [key, value] of Object.entries(more)) {
    if (value !== undefined) query.set(key, String(value));
  }
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}
