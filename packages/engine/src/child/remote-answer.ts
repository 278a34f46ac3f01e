import type { FailureReport } from '@holdfast/machines';
import { findRefusedForwards } from './failure-class.ts';
import { readLine } from './failure-lines.ts';
import { failureReport } from './last-words.ts';

/** What the server answered to a remote forward on ssh's command line or in ssh_config. */
export type RemoteAnswer =
  | { readonly refusal: FailureReport }
  /** It chose a port. `target`: where the forward leads, in ssh's words: `localhost:80`, a path with a port that means nothing, `socks:0`. */
  | { readonly port: number; readonly target: string };

/**
 * At LogLevel INFO and above.
 *
 * @see `ssh_confirm_remote_forward()` https://github.com/openssh/openssh-portable/blob/V_9_2_P1/ssh.c
 */
const ALLOCATED = /^Allocated port (?<port>\d{1,5}) for remote forward to (?<target>.+)$/;

const BEGINS = /^(?:Allocated port|Warning: remote port) /;

/**
 * Reads a line of ssh's stderr; `undefined` if it is about something else, or not ssh's own.
 *
 * @param raw - a line in Latin-1 that was cut at LF, with the CR that ssh's own lines end with.
 */
export function readRemoteAnswer(raw: string): RemoteAnswer | undefined {
  if (!BEGINS.test(raw)) return undefined;
  const line = Buffer.from(raw, 'latin1').toString('utf8');
  const [refused] = findRefusedForwards([line]);
  if (refused !== undefined) return { refusal: failureReport(refused) };
  const { isOwn, text } = readLine(line);
  const { port, target } = (isOwn ? ALLOCATED.exec(text)?.groups : undefined) ?? {};
  return port === undefined || target === undefined ? undefined : { port: Number(port), target };
}
