import { createHash } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { LIST_KEYS } from '../ssh-agent.ts';

/** How long an agent may take to answer. */
const ANSWER_MS = 1000;

/** ssh-agent's own limit (AGENT_MAX_LEN in OpenSSH's ssh-agent.c). */
const LONGEST_ANSWER_BYTES = 256 * 1024;

const LENGTH_BYTES = 4;

/**
 * How the system says that nobody listens there; anything else, such as too many open files, says nothing about the agent. From 24 on Node
 * refuses a path that no socket can have with EINVAL; before, it looked for what is left of it.
 */
const NOBODY = new Set(['ENOENT', 'ENOTDIR', 'ENOTSOCK', 'ECONNREFUSED', 'EACCES', 'EINVAL']);

/** The fingerprint of no agent. */
export const NO_AGENT = 'no agent';

/**
 * One text for the keys that an agent holds: equal as long as they are the same.
 *
 * Resolves to {@link NO_AGENT} where nobody listens, and to `undefined` when the agent does not answer within a second or answers
 * nonsense: it may wait for a person, and nothing is known about its keys. Never rejects.
 */
export function agentFingerprint(socket: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const connection = connect({ path: socket });
    const deadline = setTimeout(() => finish(undefined), ANSWER_MS);
    const finish = (fingerprint: string | undefined) => {
      clearTimeout(deadline);
      connection.destroy();
      resolve(fingerprint);
    };
    connection
      .once('error', ({ code = '' }: NodeJS.ErrnoException) =>
        finish(NOBODY.has(code) ? NO_AGENT : undefined),
      )
      .once('connect', () => askForKeys(connection, finish));
  });
}

function askForKeys(connection: Socket, finish: (fingerprint: string | undefined) => void): void {
  let received = Buffer.alloc(0);
  connection
    .removeAllListeners('error')
    .once('error', () => finish(undefined))
    .once('close', () => finish(undefined))
    .on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (isTooLong(received)) finish(undefined);
      else if (isWhole(received)) finish(createHash('sha256').update(received).digest('hex'));
    })
    .write(LIST_KEYS);
}

function isWhole(received: Buffer): boolean {
  return received.length >= LENGTH_BYTES && received.length === announcedBytes(received);
}

function isTooLong(received: Buffer): boolean {
  if (received.length < LENGTH_BYTES) return false;
  const announced = announcedBytes(received);
  return announced > LENGTH_BYTES + LONGEST_ANSWER_BYTES || received.length > announced;
}

function announcedBytes(received: Buffer): number {
  return LENGTH_BYTES + received.readUInt32BE();
}
