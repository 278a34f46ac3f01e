import { printableLine } from '@holdfast/text';
import { monotonicMs } from '../../../clock.ts';
import { readTargetFailure, type TargetFailure } from '../../../failure/while-running.ts';
import { formatTarget, type Forward, type Target } from '../../../forward/forward.ts';
import { isSameForward } from '../../changes.ts';
import type { FleetFact } from '../../fleet-event.ts';
import { formatForward } from '../../../forward/format-forward.ts';
import type { TargetFailureStatus } from '../../report/status.ts';

/** Whose forwards led nowhere. */
export interface TargetOwner {
  /** All that ssh has, also those that ssh_config adds. */
  everyForward(): readonly Forward[];
  /** Whether connections of a heartbeat go through forwards too: then what fails may be one of them. */
  hasOtherForwards(): boolean;
  tell(fact: FleetFact): void;
}

interface Counted {
  readonly status: Omit<TargetFailureStatus, 'at' | 'times'>;
  readonly failure: TargetFailure;
  readonly forward: Forward | undefined;
  times: number;
  heardMs: number;
  heardAt: string;
  toldMs: number;
  /** Until it is told again. */
  intervalMs: number;
}

/** Equal ones are told at doubling intervals. */
const FIRST_INTERVAL_MS = 10_000;
const LONGEST_INTERVAL_MS = 3_600_000;
/** What was not heard for so long is over. */
const SHOWN_MS = 600_000;
/** More than the kinds, reasons and forwards of most tunnels. */
const KEPT = 32;

/**
 * Why connections through the forwards of a tunnel led nowhere, as ssh says it while it runs. Equal ones are counted.
 *
 * The server's failures name neither forward nor target. With one forward that leads to the far side it is clear which it was.
 */
export class TargetFailures {
  readonly #owner: TargetOwner;
  /** By what is equal in them; the longest unheard first. Made with the first, which most tunnels never have. */
  #kept: Map<string, Counted> | undefined;

  constructor(owner: TargetOwner) {
    this.#owner = owner;
  }

  /** Hears a line of ssh's stderr. */
  heard(line: string): void {
    const failure = readTargetFailure(line);
    if (failure !== undefined) this.#count(failure);
  }

  /** Those of the last ten minutes. */
  status(): readonly TargetFailureStatus[] {
    const sinceMs = monotonicMs() - SHOWN_MS;
    return [...(this.#kept?.values() ?? [])]
      .filter(({ heardMs }) => heardMs >= sinceMs)
      .map(({ status, times, heardAt }) => ({ ...status, times, at: heardAt }));
  }

  /** Why a question that was put through a forward since then had no answer, if ssh said anything that can be meant. */
  explain(forward: Forward, sinceMs: number): string | undefined {
    const meant = [...(this.#kept?.values() ?? [])].filter(
      (each) =>
        each.heardMs >= sinceMs &&
        each.failure.side === sideOf(forward) &&
        (each.forward === undefined || isSameForward(each.forward, forward)),
    );
    const [only, ...others] = meant;
    if (only === undefined || others.length > 0) return undefined;
    return sentenceOf(only.failure, forward);
  }

  /** Nothing is known any more: somebody stopped the tunnel. */
  forget(): void {
    this.#kept = undefined;
  }

  #count(failure: TargetFailure): void {
    const nowMs = monotonicMs();
    const forward = this.#forwardOf(failure);
    const key = `${failure.side} ${failure.kind} ${failure.reason} ${forward?.kind} ${forward?.text}`;
    const kept = (this.#kept ??= new Map());
    const known = kept.get(key);
    const counted = known ?? this.#newOne(failure, forward, nowMs);
    if (nowMs - counted.heardMs > LONGEST_INTERVAL_MS) counted.intervalMs = FIRST_INTERVAL_MS;
    counted.times += 1;
    counted.heardMs = nowMs;
    counted.heardAt = new Date().toISOString();
    // Behind all others.
    kept.delete(key);
    kept.set(key, counted);
    if (kept.size > KEPT) kept.delete(kept.keys().next().value!);
    if (known === undefined) this.#tell(counted);
    else if (nowMs - counted.toldMs >= counted.intervalMs) {
      counted.intervalMs = Math.min(LONGEST_INTERVAL_MS, counted.intervalMs * 2);
      counted.toldMs = nowMs;
      this.#tell(counted);
    }
  }

  #newOne(failure: TargetFailure, forward: Forward | undefined, nowMs: number): Counted {
    const remedy = remedyOf(failure);
    return {
      failure,
      forward,
      status: {
        ...(forward === undefined ? {} : { forward: formatForward(forward) }),
        sentence: sentenceOf(failure, forward ?? this.#somewhere(failure)),
        ...(remedy === undefined ? {} : { remedy }),
        line: failure.line,
      },
      times: 0,
      heardMs: nowMs,
      heardAt: '',
      toldMs: nowMs,
      intervalMs: FIRST_INTERVAL_MS,
    };
  }

  #tell({ status: { forward, sentence }, times }: Counted): void {
    const about = forward === undefined ? {} : { forward };
    this.#owner.tell({ type: 'target.failed', ...about, sentence, times });
  }

  /** Where it led, if no one forward is known to be meant. */
  #somewhere({ side }: TargetFailure): string {
    const isAlsoHeartbeats = side === 'far' && this.#owner.hasOtherForwards();
    return isAlsoHeartbeats ? 'where the heartbeat or a forward leads' : 'where a forward leads';
  }

  /** The one forward that can be meant. */
  #forwardOf({ side, target }: TargetFailure): Forward | undefined {
    if (side === 'far' && this.#owner.hasOtherForwards()) return undefined;
    const ofSide = this.#owner.everyForward().filter((forward) => sideOf(forward) === side);
    const fitting =
      side === 'far' ? ofSide : ofSide.filter((forward) => leadsTo(forward.target, target));
    return fitting.length === 1 ? fitting[0] : undefined;
  }
}

function sideOf({ kind }: Forward): TargetFailure['side'] {
  return kind === 'remote' ? 'here' : 'far';
}

/** Of a name that is not known, ssh does not say the port. */
function leadsTo(target: Target, said: string | undefined): boolean {
  if (target.kind === 'socks' || said === undefined) return true;
  return formatTarget(target) === said || (target.kind === 'tcp' && target.host === said);
}

/** Lower case, without a full stop; fit to be shown. */
function sentenceOf(failure: TargetFailure, forward: Forward | string): string {
  const { side, kind, reason } = failure;
  const who = side === 'far' ? 'the far side' : 'this machine';
  const where = printableLine(whereTo(failure, forward));
  switch (kind) {
    case 'failed':
      return `${who} could not connect to ${where}${reason === undefined ? '' : `: ${reason}`}`;
    case 'forbidden':
      return side === 'far'
        ? `the server does not allow a connection to ${where}`
        : `this ssh does not allow a connection to ${where} (PermitRemoteOpen)`;
    case 'no-room':
      return `${who} has no room for a connection to ${where}`;
  }
}

function whereTo({ target: said }: TargetFailure, forward: Forward | string): string {
  if (said !== undefined) return said;
  if (typeof forward === 'string') return forward;
  const { target } = forward;
  if (target.kind !== 'socks') return formatTarget(target);
  return `where a client of ${formatForward(forward)} asked to`;
}

function remedyOf({ side, kind, reason }: TargetFailure): string | undefined {
  if (kind === 'forbidden') {
    return side === 'far'
      ? 'look at AllowTcpForwarding, AllowStreamLocalForwarding and PermitOpen of sshd there, and at restrict and permitopen in authorized_keys'
      : undefined;
  }
  if (reason === 'name not known') {
    return 'the name has to be known on the side that connects: see that it is right there';
  }
  return undefined;
}
