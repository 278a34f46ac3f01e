import { lstatSync, rmSync } from 'node:fs';
import { Observable } from 'rxjs';
import { LONGEST_SOCKET_PATH } from '../mux/line.ts';
import type { HeartbeatDriver } from './driver.ts';
import { MuxAsker } from './mux-asker.ts';

/** What the mux heartbeat needs. */
export interface MuxDriverSettings {
  /** Where ssh listens: see {@link controlMasterArguments}. */
  readonly controlPath: string;
  /** How long one probe may take, all in all, unless the rules say so for each. */
  readonly timeoutMs: number;
  /**
   * Which connection to ssh a probe takes.
   *
   * - `each-probe`: one of its own. For any ssh: one with a session or command does not end while it has such a connection.
   * - `kept`: that of the probe before. For an ssh with -N: a probe then needs no descriptor and no path, which may be lacking.
   *
   * Default: `each-probe`.
   */
  readonly connection?: 'each-probe' | 'kept' | undefined;
  /**
   * What a refusal of the server is. ssh writes a line about each on its stderr; if somebody reads that, one is enough: `impossible`.
   *
   * Default: `answer`.
   */
  readonly refusal?: 'answer' | 'impossible' | undefined;
}

/**
 * The heartbeat over ssh's control socket: the server is asked, over the connection itself, for a forward that leads nowhere. Any answer
 * of the server counts, also a refusal, so that nothing has to be set up or permitted at the far end.
 *
 * While ssh connects and logs in there is no socket; the probe waits for it as long as for an answer. A socket that was there and is gone,
 * or is another's, and whatever this machine lacks to connect with, is `heartbeat.unsent`.
 */
export function createMuxDriver(settings: MuxDriverSettings): HeartbeatDriver {
  const { timeoutMs, connection = 'each-probe', refusal = 'answer' } = settings;
  const asker = new MuxAsker({
    // Asked for each ssh: the folder of sockets can change.
    get controlPath() {
      return settings.controlPath;
    },
    timeoutMs,
    isKept: connection === 'kept',
    mayBeRefused: refusal === 'answer',
  });
  return {
    probe: (target) =>
      new Observable((subscriber) =>
        asker.ask(target, (answer) => {
          subscriber.next(answer);
          subscriber.complete();
        }),
      ),
    end: asker.end,
  };
}

/** What ssh is told about its control connection, whoever says where its socket is. */
export const CONTROL_MASTER_OPTIONS = [
  '-o',
  'ControlMaster=yes',
  '-o',
  'ControlPersist=no',
] as const;

/**
 * ssh's arguments for the path of its control socket.
 *
 * The path goes through -S, since `-o ControlPath=` is a line of ssh_config: it ends at a space, and what quotes, backslashes and `#` mean
 * there has changed with OpenSSH 8.7. Of -S only `%` has to be doubled. It overrides a ControlPath that was given before it.
 *
 * @see https://github.com/openssh/openssh-portable/blob/V_9_2_P1/ssh.c `main()`, `case 'S'`
 */
export function controlPathArguments(controlPath: string): readonly string[] {
  return ['-S', controlPath.replaceAll('%', '%%')];
}

/** ssh's arguments that make it listen at a path, for its own user and as long as it lives. */
export function controlMasterArguments(controlPath: string): readonly string[] {
  return [...CONTROL_MASTER_OPTIONS, ...controlPathArguments(controlPath)];
}

/** ssh makes its socket under another name first: a point and 16 letters more (`muxserver_listen()`). */
const TEMPORARY_BYTES = 17;

/**
 * What keeps ssh from having its control socket at a path, as the end of a sentence about the path; `undefined` if nothing does.
 *
 * `${` begins the name of a variable of the environment, and there is no way to say that it does not.
 */
export function controlPathProblem(controlPath: string): string | undefined {
  const bytes = Buffer.byteLength(controlPath);
  const most = LONGEST_SOCKET_PATH - TEMPORARY_BYTES;
  if (bytes > most) return `has ${bytes} bytes: ssh has room for ${most}`;
  return controlPath.includes('${') ? 'has "${" in it, which ssh takes for a variable' : undefined;
}

/**
 * Removes the socket that an ssh left behind because it was killed; to be called before each start. Where there is one, the next ssh
 * goes without.
 *
 * @see https://github.com/openssh/openssh-portable/blob/V_9_2_P1/mux.c `muxserver_listen()`
 */
export function clearControlPath(controlPath: string): void {
  if (lstatSync(controlPath, { throwIfNoEntry: false })?.isSocket()) rmSync(controlPath);
}
