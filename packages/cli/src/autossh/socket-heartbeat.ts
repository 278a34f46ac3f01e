import {
  controlMasterArguments,
  createSocketPlace,
  createUnaskedMuxDriver,
  knownSshOptions,
  LONGEST_LOGIN_MS,
  monotonicMs,
  noHeartbeat,
  sessionOf,
  type FreePath,
} from '@holdfast/engine';
import { fstatSync } from 'node:fs';
import type { Heartbeat, HeartbeatNeeds } from './open-heartbeat.ts';
import type { Plan } from './plan.ts';
import { PROGRAM } from './report.ts';
import { somebodyCanType } from './is-terminal.ts';

/** What the heartbeat over a control socket works with, besides the plan. */
export interface SocketHeartbeatSettings {
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
export function openSocketHeartbeat(
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

const UNTAKEN = 'the server does not take probes: ssh ended at the first one, or had no answer';

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
