import { hostname } from 'node:os';

/** What a heartbeat message is made of. */
export interface MessageSettings {
  /** The program's name, as in its log. */
  readonly program: string;
  /** AUTOSSH_MESSAGE; `undefined` for 1.3, whose message has no place for it. */
  readonly appendix: string | undefined;
}

/** A number that nobody can guess, so that no other program's words can be taken for an answer. */
function randomNumber(): bigint {
  return crypto.getRandomValues(new BigUint64Array(1))[0]!;
}

/**
 * A new heartbeat message: host name, program, process id, a random number, and the appendix, separated by blanks,
 * with CR LF at the end.
 *
 * @see docs/rules.md, HB-4.
 */
export function heartbeatMessage({ program, appendix }: MessageSettings): Buffer {
  const words = [hostname(), program, process.pid, randomNumber()];
  if (appendix !== undefined) words.push(appendix);
  return Buffer.from(`${words.join(' ')}\r\n`);
}
