import type { HeartbeatCommand, HeartbeatEvent } from '@holdfast/machines';
import { defer, NEVER, Observable, of, Subscription } from 'rxjs';
import { monotonicMs } from '../clock.ts';

/** What a driver is told about the ssh it asks. */
export interface ProbeTarget {
  /** The ssh that runs, if its pid is known. */
  readonly pid: number | undefined;
  /** Whether it, or an ssh of this tunnel before it, has answered a probe. Default: nobody knows. */
  readonly hasAnswered?: boolean | undefined;
  /** For how long it has run without an answer to any probe; absent once it has answered one. Default: nobody knows. */
  readonly unprovedMs?: number | undefined;
  /** How long the answer may take, where the rules say so. Default: as the driver thinks best. */
  readonly timeoutMs?: number | undefined;
}

/**
 * Asks one kind of question: "does it still carry traffic?".
 *
 * A driver must answer every probe exactly once, within a time of its own, with `heartbeat.answered`,
 * `heartbeat.missed`, `heartbeat.unsent` or `heartbeat.impossible`; failures are answers, never errors. What is lacking on this machine
 * is `unsent`: the far end was not asked. The stream is cold, and unsubscribing closes whatever the probe opened and the next could not
 * use. It must not decide when or how often to ask, must not let earlier answers count, and must take nothing for an answer that could
 * have come from elsewhere than the far end.
 */
export interface HeartbeatDriver {
  /** Asks once: one answer, then the end of the stream. */
  probe(target: ProbeTarget): Observable<HeartbeatEvent>;
  /** Told when the ssh that was asked has ended: closes what was kept for it. Absent where nothing is. */
  readonly end?: () => void;
}

/** The driver of a tunnel without a heartbeat: nobody asks it, and it says that it cannot ask. */
export const noHeartbeat: HeartbeatDriver = {
  probe: () => of({ type: 'heartbeat.impossible', reason: 'this tunnel has no heartbeat' }),
};

/** Asks one thing after the other. */
export interface Asker {
  /** Asks now, or when the present probe is over. */
  ask(command: HeartbeatCommand): void;
  /** Asks no more; what the present probe opened is closed. */
  end(): void;
}

/** No array for each of hundreds of tunnels. */
const NOTHING: readonly HeartbeatCommand[] = [];

/**
 * Asks for one ssh: one answer for every order to probe, one probe at a time.
 *
 * The machine may order the next probe while it is still being told of an answer: such an order waits for the end of the present probe.
 * By hand, since operators would cost a fleet more memory than the machines.
 */
export function askInTurn(
  driver: HeartbeatDriver,
  target: () => ProbeTarget,
  tell: (answer: HeartbeatEvent) => void,
): Asker {
  let waiting = NOTHING;
  let asking: Subscription | undefined;

  const begin = ({ timeoutMs }: HeartbeatCommand) => {
    const present = new Subscription();
    asking = present;
    const goOn = () => {
      if (asking !== present) return;
      asking = undefined;
      const [next, ...rest] = waiting;
      waiting = rest.length === 0 ? NOTHING : rest;
      if (next !== undefined) begin(next);
    };
    present.add(probeOnce(driver, { ...target(), timeoutMs }, tell, goOn));
  };

  return {
    ask(command) {
      if (asking === undefined) begin(command);
      else waiting = [...waiting, command];
    },
    end() {
      const present = asking;
      waiting = NOTHING;
      asking = undefined;
      present?.unsubscribe();
      driver.end?.();
    },
  };
}

/** Says of an answer when it came, and how long it took. */
function probeOnce(
  driver: HeartbeatDriver,
  target: ProbeTarget,
  tell: (answer: HeartbeatEvent) => void,
  goOn: () => void,
): Subscription {
  const askedAtMs = monotonicMs();
  return defer(() => driver.probe(target)).subscribe({
    next: (answer) => tell(timed(answer, askedAtMs)),
    // A driver that breaks its contract must not take the process along.
    error(error: unknown) {
      tell(outOfOrder(error));
      goOn();
    },
    complete: goOn,
  });
}

/** The heartbeat of one ssh, as a stream: see `askInTurn`. */
export function heartbeat$(
  driver: HeartbeatDriver,
  target: () => ProbeTarget,
  command$: Observable<HeartbeatCommand>,
): Observable<HeartbeatEvent> {
  if (driver === noHeartbeat) return NEVER;
  return new Observable((subscriber) => {
    const asker = askInTurn(driver, target, (answer) => subscriber.next(answer));
    subscriber.add(() => asker.end());
    subscriber.add(command$.subscribe((command) => asker.ask(command)));
  });
}

function timed(answer: HeartbeatEvent, askedAtMs: number): HeartbeatEvent {
  if (answer.type !== 'heartbeat.answered') return answer;
  const atMs = monotonicMs();
  return { ...answer, atMs, roundTripMs: atMs - askedAtMs };
}

function outOfOrder(error: unknown): HeartbeatEvent {
  const reason = error instanceof Error ? error.message : String(error);
  return { type: 'heartbeat.impossible', reason };
}
