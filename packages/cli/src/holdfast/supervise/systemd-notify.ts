import { findProgram, runProgram } from '@holdfast/engine/parts';

/** Where systemd wants to hear how this process is, and how often. */
export interface NotifySocket {
  /** The value of NOTIFY_SOCKET. */
  readonly socket: string;
  /** How long systemd waits for a sign of life before it ends the unit; `undefined`: it does not. */
  readonly watchdogMs: number | undefined;
}

/**
 * What systemd told this process in its environment, and takes it out: no ssh, check or command may speak for the supervisor.
 *
 * @see sd_notify(3), sd_watchdog_enabled(3)
 */
export function takeNotifySocket(
  env: Record<string, string | undefined>,
  pid: number = process.pid,
): NotifySocket | undefined {
  const { NOTIFY_SOCKET: socket = '', WATCHDOG_USEC: usec, WATCHDOG_PID: watched } = env;
  for (const name of NOTIFY_VARIABLES) delete env[name];
  if (socket === '') return undefined;
  const ms = Number(usec) / 1000;
  const isWatched = ms > 0 && (watched === undefined || Number(watched) === pid);
  return { socket, watchdogMs: isWatched ? ms : undefined };
}

/** What systemd puts into the environment of the process that is to notify it. */
export const NOTIFY_VARIABLES = ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID'] as const;

/** The states that systemd is told of. */
export type NotifyState = 'READY=1' | 'RELOADING=1' | 'STOPPING=1' | 'WATCHDOG=1';

/** Tells systemd how this process is; one message after the other, and none is waited for. */
export interface Notifier {
  tell(state: NotifyState): void;
  /** The one line for `systemctl status`: it goes with the next message, or alone; only if it is another than the last. */
  tellStatus(line: string): void;
  /** Resolves when all is told, or given up. */
  flush(): Promise<void>;
}

/** Hands one message over. */
export type SendNotice = (assignments: readonly string[]) => Promise<unknown>;

/** Makes a notifier. What is told while a message is on its way waits, and of status lines the last one counts. */
export function createNotifier(send: SendNotice): Notifier {
  const states: NotifyState[] = [];
  let waiting: string | undefined;
  let told: string | undefined;
  let sending: Promise<void> | undefined;
  const sendAll = async () => {
    while (states.length > 0 || waiting !== undefined) {
      const state = states.shift();
      const line = waiting;
      waiting = undefined;
      if (line !== undefined) told = line;
      await send([
        ...(state === undefined ? [] : [state]),
        ...(line === undefined ? [] : [`STATUS=${line}`]),
      ]);
    }
  };
  const start = () => (sending ??= sendAll().finally(() => (sending = undefined)));
  return {
    tell(state) {
      states.push(state);
      void start();
    },
    tellStatus(line) {
      if (line === (waiting ?? told)) return;
      waiting = line;
      void start();
    },
    flush: () => sending ?? Promise.resolve(),
  };
}

const PROGRAM = 'systemd-notify';

/**
 * How messages reach systemd: Node has no Unix datagrams, so systemd's own program sends them (23 ms of CPU each). `undefined` where it is
 * missing: then nobody is told anything.
 *
 * It is a process of its own, so that a unit needs NotifyAccess=all: only root's can speak in its parent's name. It waits until systemd has
 * taken the message, as who sent it could not be told afterwards.
 */
export function findNotifyProgram({ socket }: NotifySocket): SendNotice | undefined {
  const found = findProgram(PROGRAM);
  if ('problem' in found) return undefined;
  const env = { PATH: process.env['PATH'], NOTIFY_SOCKET: socket };
  return (assignments) => runProgram(found.path, assignments, env);
}
