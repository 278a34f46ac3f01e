import type { HeartbeatDriver } from '@holdfast/engine';
import {
  controlMasterArguments,
  createSocketPlace,
  createUnaskedMuxDriver,
  describeHolder,
  type FreePath,
  heartbeatMessage,
  knownSshOptions,
  type MonitorChoice,
  LONGEST_LOGIN_MS,
  monotonicMs,
  noHeartbeat,
  forwardArguments,
  openMonitor,
  portHolder,
  sessionOf,
  systemErrorText,
} from '@holdfast/engine/parts';
import { networkTimeoutMs, pollTimes } from '@holdfast/machines';
import type { Plan } from './plan.ts';
import { FatalError, PROGRAM } from './log.ts';
import { fstatSync } from 'node:fs';
import { somebodyCanType } from './is-terminal.ts';

/** How the ssh of one autossh are asked, and what each of them needs for it. */
export interface Heartbeat {
  readonly driver: HeartbeatDriver;
  /** Asked before each start. */
  readonly needs: () => HeartbeatNeeds | Promise<HeartbeatNeeds>;
  /** Whether ssh is started again when it is silent; if not, autossh ends with an error. */
  readonly restartsWhenSilent: boolean;
  close(): void;
}

/** What one ssh needs for its heartbeat. */
export interface HeartbeatNeeds {
  /** Words for its command line. */
  readonly words: readonly string[];
  /** Whoever hears what it says on stderr. Default: nobody, and its stderr is the caller's own. */
  readonly overhear?: (line: string) => void;
}

/**
 * Opens the heartbeat that was chosen.
 *
 * Throws a {@link FatalError} when its read port is taken (docs/rules.md, HB-8).
 *
 * @param tellWithout - told why ssh goes without a heartbeat.
 */
export async function openHeartbeat(
  plan: Plan,
  tellWithout: (reason: string) => void,
): Promise<Heartbeat> {
  const { env, monitor } = plan;
  const timeoutMs = networkTimeoutMs(pollTimes(env).pollSeconds);
  return monitor.kind === 'auto'
    ? openSocketHeartbeat(plan, { timeoutMs, tellWithout })
    : openPortHeartbeat(plan, monitor, timeoutMs);
}

async function openPortHeartbeat(
  { env }: Plan,
  choice: MonitorChoice,
  timeoutMs: number,
): Promise<Heartbeat> {
  const appendix = env.rules === 'autossh-1.3' ? undefined : env.message;
  try {
    const { driver, forwards, close } = await openMonitor(choice, {
      message: () => heartbeatMessage({ program: PROGRAM, appendix }),
      timeoutMs,
      ...(env.rules === 'classic' ? { firstRefusal: 'impossible' } : { lack: 'missed' }),
    });
    const words = forwards.flatMap(forwardArguments);
    return { driver, needs: () => ({ words }), restartsWhenSilent: true, close };
  } catch (error) {
    throw new FatalError('no-port', portSentence(choice, error));
  }
}

function portSentence(choice: MonitorChoice, error: unknown): string {
  if (choice.kind !== 'loop' || choice.port === 'free')
    return `cannot open the monitor port: ${systemErrorText(error)}`;
  const readPort = choice.port + 1;
  const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
  const holder = taken ? `, by ${describeHolder(portHolder(readPort))}` : '';
  return `bind on 127.0.0.1:${readPort}: ${systemErrorText(error)}${holder}; choose another port with -M, or -M auto`;
}

/** What the heartbeat over a control socket works with, besides the plan. */
interface SocketHeartbeatSettings {
  /** How long one of its two tries may take. */
  readonly timeoutMs: number;
  /** Told why ssh goes without a heartbeat. */
  readonly tellWithout: (reason: string) => void;
}

const WITHOUT: HeartbeatNeeds = { words: [] };

/**
 * The heartbeat where nobody chose a port: each ssh listens at a control socket of its own, and is asked there. It adds nothing that a server
 * could refuse, and listens nowhere; and where it cannot be had, ssh goes without.
 *
 * @see docs/rules.md, HB-13 to HB-18; docs/decisions/0013-the-heartbeat-nobody-asked-for.md
 */
function openSocketHeartbeat(
  { use, sshPath, background }: Plan,
  { timeoutMs, tellWithout }: SocketHeartbeatSettings,
): Heartbeat {
  const known = use.obstacle === undefined ? knownSshOptions(sshPath, [FORKS]) : undefined;
  if (known === undefined) {
    tellWithout(use.obstacle ?? `${sshPath} is not known to be OpenSSH's client`);
    return { driver: noHeartbeat, needs: () => WITHOUT, restartsWhenSilent: true, close: nothing };
  }
  const place = createSocketPlace(PROGRAM);
  const restartsWhenSilent = !use.readsInput || background || !isReadOnce(0);
  const waitsForLogin = !restartsWhenSilent || (!background && somebodyCanType());
  let present: FreePath = { problem: 'no ssh was started' };
  let startedAtMs = 0;
  /** ssh's last words, if they are that it could not make its socket. */
  let lastWords: string | undefined;
  const untaken = createUntakenProbes(use.hasSession ? 1 : 2);

  return {
    driver: createUnaskedMuxDriver({
      place: () => present,
      timeoutMs,
      hasSession: use.hasSession,
      sessionOf: use.hasSession && !use.isRelay ? sessionOf : undefined,
      isQuiet: use.isQuiet,
      isLoginOverdue: () => !waitsForLogin && monotonicMs() - startedAtMs > LONGEST_LOGIN_MS,
      tellTaken: untaken.tell,
    }),
    async needs() {
      present = lastWords === undefined ? await place.next() : { problem: lastWords };
      lastWords = undefined;
      startedAtMs = monotonicMs();
      if (untaken.isCertain()) present = { problem: UNTAKEN };
      if ('problem' in present) {
        tellWithout(present.problem);
        return WITHOUT;
      }
      const words = [
        ...controlMasterArguments(present.path),
        ...(known.has(FORKS) ? ['-o', 'ForkAfterAuthentication=no'] : []),
      ];
      return use.hasSession
        ? { words }
        : { words, overhear: (line) => (lastWords = NO_SOCKET.test(line) ? line : undefined) };
    },
    restartsWhenSilent,
    close: () => place.close(),
  };
}

/** Since OpenSSH 8.7; it would send ssh into the background, where nobody finds it. */
const FORKS = 'forkafterauthentication';

/** Probes are tried again so often: a line that froze early by chance must not stay unwatched. */
const AGAIN_MS = 3_600_000;

const UNTAKEN = 'the server does not accept probes: ssh ended at the first one, or got no answer';

/** Whether a server is known for taking no probes: if so many ssh in a row were lost at their first. */
function createUntakenProbes(limit: number) {
  let lost = 0;
  let certainAtMs = -Infinity;
  return {
    tell(isTaken: boolean) {
      lost = isTaken ? 0 : lost + 1;
      if (lost >= limit) certainAtMs = monotonicMs();
    },
    isCertain: () => lost >= limit && monotonicMs() - certainAtMs < AGAIN_MS,
  };
}

/** What ssh ends with when it cannot make its control socket, after it has logged in. */
const NO_SOCKET = /^(?:unix_listener: |[a-z_]+: link mux listener )/;

/** Whether what is read from a descriptor is gone then: not what somebody types, nor /dev/null. */
function isReadOnce(fd: number): boolean {
  try {
    const file = fstatSync(fd);
    return file.isFIFO() || file.isFile() || file.isSocket();
  } catch {
    return false;
  }
}

function nothing(): void {
  // There is nothing to close.
}
