import type { FailureReport } from '@holdfast/machines';
import { findRefusedForwards } from '../child/failure-class.ts';
import { failureReport } from '../child/last-words.ts';
import type { Forward } from '../forward/forward.ts';
import { connectMux } from '../mux/client.ts';
import { isMuxError } from '../mux/mux-error.ts';

/** The server has to answer for each. */
const WAIT = { timeoutMs: 10_000 };

/**
 * Opens remote forwards on an ssh that has just logged in; fulfilled with the failure, if the server refuses one. Never rejects.
 *
 * They are not on ssh's command line, because ssh opens its control socket before the server has answered for those: nobody could tell when they
 * are there. And OpenSSH up to 9.2 at least keeps a pointer to each until the answer comes, which the first request over the socket
 * makes invalid.
 *
 * @see https://github.com/openssh/openssh-portable/blob/V_9_2_P1/ssh.c `ssh_confirm_remote_forward()`, and `add_remote_forward()` in readconf.c
 */
export async function openRemoteForwards(
  controlPath: string,
  forwards: readonly Forward[],
): Promise<FailureReport | undefined> {
  if (forwards.length === 0) return undefined;
  try {
    const client = await connectMux(controlPath, WAIT);
    try {
      for (const forward of forwards) await client.openForward(forward, WAIT);
      return undefined;
    } finally {
      client.close();
    }
  } catch (error) {
    return failureOf(error);
  }
}

function failureOf(error: unknown): FailureReport {
  if (isMuxError(error) && error.code === 'refused') {
    // Over the socket ssh says the same as on stderr, without the first word and the end of the line.
    const [refused] = findRefusedForwards([`Warning: ${error.answer ?? ''}\r`]);
    if (refused !== undefined) return failureReport(refused);
  }
  const said = error instanceof Error ? error.message : String(error);
  return { class: 'unknown', sentence: `a remote forward could not be opened: ${said}` };
}
