import { createControlClient } from '@holdfast/control/client';
import type { Fleet } from '@holdfast/engine';
import { auditTime, filter } from 'rxjs';
import { VERSION } from '../../version.ts';
import { statusLine } from '../status/status-line.ts';
import {
  createNotifier,
  findNotifyProgram,
  type NotifySocket,
  type SendNotice,
} from './systemd-notify.ts';

/** What the service manager hears of a supervisor. */
export interface ServiceManager {
  /** It answers: tunnels may still be down, and a boot must not wait for them. */
  ready(): void;
  /** It reads its file again, until this promise is settled. */
  reloading(work: Promise<unknown>): void;
  /** It is about to end. */
  stopping(): void;
  /** Resolves when all is told. */
  close(): Promise<void>;
}

/** The supervisor, as far as it is told of. */
export interface ToldSupervisor {
  readonly fleet: Pick<Fleet, 'status' | 'told$'>;
  /** Where it can be reached now; `undefined`: nowhere, which whoever keeps its places tells and mends. */
  readonly place: () => string | undefined;
}

/** A change of the fleet is told after so long, together with what follows it. */
const STATUS_MS = 5000;
/** Signs of life for each time that systemd waits for one: a message may be late, or lost. */
const SIGNS = 3;

/** Tells systemd how the supervisor is, if it was started by it as `Type=notify` and its program for that is there; else nobody. */
export function tellSystemd(
  notify: NotifySocket | undefined,
  supervisor: ToldSupervisor,
  send: SendNotice | undefined = notify && findNotifyProgram(notify),
): ServiceManager {
  if (notify === undefined || send === undefined) return NOBODY;
  const { fleet, place } = supervisor;
  const notifier = createNotifier(send);
  const tellStatus = () => notifier.tellStatus(statusLine(fleet.status()));
  const changes = fleet.told$
    .pipe(
      filter(({ level }) => level !== 'debug'),
      auditTime(STATUS_MS),
    )
    .subscribe(tellStatus);
  const { watchdogMs } = notify;
  const watch = async () => {
    if (!(await answers(place()))) return;
    tellStatus();
    notifier.tell('WATCHDOG=1');
  };
  const signs =
    watchdogMs === undefined
      ? undefined
      : setInterval(() => void watch(), watchdogMs / SIGNS).unref();
  return {
    ready() {
      tellStatus();
      notifier.tell('READY=1');
    },
    reloading(work) {
      notifier.tell('RELOADING=1');
      void work.catch(() => undefined).then(() => notifier.tell('READY=1'));
    },
    stopping() {
      changes.unsubscribe();
      clearInterval(signs);
      notifier.tell('STOPPING=1');
    },
    close() {
      changes.unsubscribe();
      clearInterval(signs);
      return notifier.flush();
    },
  };
}

const NOBODY: ServiceManager = {
  ready: () => undefined,
  reloading: () => undefined,
  stopping: () => undefined,
  close: () => Promise.resolve(),
};

const LONGEST_ANSWER_MS = 10_000;

/**
 * Whether the supervisor answers whoever asks it. That this runs at all is the sign of its event loop.
 *
 * One that has no socket now is not ended for it: its tunnels are up, another supervisor could not listen there either, and it is tried again.
 */
async function answers(socketPath: string | undefined): Promise<boolean> {
  if (socketPath === undefined) return true;
  const signal = AbortSignal.timeout(LONGEST_ANSWER_MS);
  const client = createControlClient({ socketPath, version: VERSION, signal });
  return await client.hello().then(
    () => true,
    () => false,
  );
}
