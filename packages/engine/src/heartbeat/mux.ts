import type { HeartbeatEvent } from '@holdfast/machines';
import { lstatSync, rmSync } from 'node:fs';
import {
  catchError,
  defer,
  Observable,
  of,
  retry,
  switchMap,
  take,
  throwError,
  timeout,
  timer,
} from 'rxjs';
import { connectMux, type MuxClient } from '../mux/client.ts';
import { LONGEST_SOCKET_PATH } from '../mux/connection.ts';
import { isMuxError, type MuxError, type MuxErrorCode } from '../mux/mux-error.ts';
import { answered, missed } from './answers.ts';
import type { HeartbeatDriver, ProbeTarget } from './driver.ts';

/** What the mux heartbeat needs. */
export interface MuxDriverSettings {
  /** Where ssh listens: see {@link controlMasterArguments}. */
  readonly controlPath: string;
  /** How long one probe may take, all in all, unless the rules say so for each. */
  readonly timeoutMs: number;
}

/** How soon to look again for a control socket that is not there yet. */
const LOOK_AGAIN_MS = 50;

/** What no later probe could find otherwise. The rest can pass, or the next ssh can do better. */
const FOR_GOOD: ReadonlySet<MuxErrorCode> = new Set<MuxErrorCode>([
  'unreachable',
  'wrong-version',
  'bad-message',
  'refused',
  'permission-denied',
]);

/**
 * The heartbeat over ssh's control socket: the server is asked, over the connection itself, for a forward that leads nowhere. Any answer
 * of the server counts, also a refusal, so that nothing has to be set up or permitted at the far end.
 *
 * While ssh connects and logs in there is no socket; the probe waits for it as long as for an answer.
 */
export function createMuxDriver(settings: MuxDriverSettings): HeartbeatDriver {
  const known: KnownMaster = { pid: undefined };
  return { probe: (target) => defer(() => probeMux$(settings, target, known)) };
}

/** The ssh that was last found behind the socket: as long as it lives, nobody else listens there. */
interface KnownMaster {
  pid: number | undefined;
}

/** What ssh is told about its control connection, whoever says where its socket is. */
export const CONTROL_MASTER_OPTIONS = [
  '-o',
  'ControlMaster=yes',
  '-o',
  'ControlPersist=no',
] as const;

/**
 * ssh's arguments that make it listen at a path, for its own user and as long as it lives.
 *
 * The path goes through -S, since `-o ControlPath=` is a line of ssh_config: it ends at a space, and what quotes, backslashes and `#` mean
 * there has changed with OpenSSH 8.7. Of -S only `%` has to be doubled. It overrides a ControlPath that was given before it.
 *
 * @see https://github.com/openssh/openssh-portable/blob/V_9_2_P1/ssh.c `main()`, `case 'S'`
 */
export function controlMasterArguments(controlPath: string): readonly string[] {
  return [...CONTROL_MASTER_OPTIONS, '-S', controlPath.replaceAll('%', '%%')];
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

function probeMux$(
  { controlPath, timeoutMs: usualMs }: MuxDriverSettings,
  { pid, timeoutMs = usualMs }: ProbeTarget,
  known: KnownMaster,
): Observable<HeartbeatEvent> {
  let silence = `ssh does not answer at its control socket ${controlPath}`;
  const tooLate = () => missed(`${silence} (waited ${timeoutMs} ms)`);
  return client$(controlPath, timeoutMs).pipe(
    retry({
      delay(error: MuxError) {
        if (error.code !== 'no-master') return throwError(() => error);
        silence = `${error.message}: ssh has not logged in yet, or is no master`;
        return timer(LOOK_AGAIN_MS);
      },
    }),
    switchMap(async (client) => {
      if (pid === undefined || pid !== known.pid) {
        const stranger = await strangerAt(client, pid, timeoutMs);
        if (stranger !== undefined)
          return missed(`control socket ${controlPath} is held by ${stranger}`);
        known.pid = pid;
      }
      silence = 'the server does not answer';
      await client.probe({ timeoutMs });
      return answered;
    }),
    timeout({ first: timeoutMs, with: () => of(tooLate()) }),
    take(1),
    catchError((error: unknown) => of(verdict(error, tooLate))),
  );
}

/** The one who listens, if it is not our ssh: its server is not ours either. */
async function strangerAt(
  client: MuxClient,
  pid: number | undefined,
  timeoutMs: number,
): Promise<string | undefined> {
  if (pid === undefined) return undefined;
  const master = await client.masterPid({ timeoutMs });
  return master === pid ? undefined : `pid ${master}, not by ssh (pid ${pid})`;
}

function verdict(error: unknown, tooLate: () => HeartbeatEvent): HeartbeatEvent {
  if (!isMuxError(error)) throw error;
  if (error.code === 'timed-out') return tooLate();
  return FOR_GOOD.has(error.code)
    ? { type: 'heartbeat.impossible', reason: error.message }
    : missed(error.message);
}

/** A connected client, which is closed on unsubscribing; or an error. */
function client$(path: string, timeoutMs: number): Observable<MuxClient> {
  return new Observable((subscriber) => {
    const giveUp = new AbortController();
    let client: MuxClient | undefined;
    connectMux(path, { timeoutMs, signal: giveUp.signal }).then(
      (connected) => {
        client = connected;
        if (subscriber.closed) client.close();
        else subscriber.next(client);
      },
      (error: unknown) => subscriber.error(error),
    );
    return () => {
      // To abort makes an error with a stack, which nobody reads once there is a client.
      if (client === undefined) giveUp.abort();
      else client.close();
    };
  });
}
