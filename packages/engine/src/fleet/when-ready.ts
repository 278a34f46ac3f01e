import type { Observable } from 'rxjs';
import type { FleetEvent } from './fleet-event.ts';
import { FleetError, type ReadyOptions } from './fleet.ts';
import type { ManagedTunnel } from './member/managed-tunnel.ts';
import { isHealthyMember, type Member } from './member/member.ts';

/** What the waiting needs of a fleet. */
interface Waited {
  readonly event$: Observable<FleetEvent>;
  /** Tells that tunnels were stopped by order. */
  readonly stop$: Observable<void>;
  readonly members: () => readonly Member[];
  /** Throws for one that is not there, or not any more. */
  readonly memberOf: (name: string) => Member;
}

/**
 * Resolves when all tunnels are healthy at the same time; rejects when one of them will not be, unless somebody starts it again.
 *
 * Health changes with events only; so they are looked at after each event, when everybody has heard it.
 */
export async function whenReady(
  { event$, stop$, members, memberOf }: Waited,
  { names, signal }: ReadyOptions = {},
): Promise<void> {
  signal?.throwIfAborted();
  const waitedFor =
    names ?? startedTunnels(members().map(({ tunnel }) => tunnel)).map(({ name }) => name);
  await new Promise<void>((resolve, reject) => {
    const settle = (conclude: () => void) => {
      subscription.unsubscribe();
      signal?.removeEventListener('abort', abort);
      conclude();
    };
    const abort = () => settle(() => reject(signal!.reason as Error));
    const look = () => {
      try {
        const present = waitedFor.map(memberOf);
        refuseIfHopeless(present.map(({ tunnel }) => tunnel));
        if (present.every(isHealthyMember)) settle(resolve);
      } catch (error) {
        settle(() => reject(error as Error));
      }
    };
    const subscription = event$.subscribe({
      next: () => queueMicrotask(look),
      complete: () => settle(() => reject(new FleetError('closed', 'the fleet was closed'))),
    });
    subscription.add(stop$.subscribe(look));
    signal?.addEventListener('abort', abort);
    look();
  });
}

/** The tunnels that somebody started, and did not stop. Throws where that is none of some. */
function startedTunnels(tunnels: readonly ManagedTunnel[]): readonly ManagedTunnel[] {
  const started = tunnels.filter(isStarted);
  if (started.length > 0 || tunnels.length === 0) return started;
  throw new FleetError('not-ready', 'no tunnel was started: call start, or name the tunnels');
}

function isStarted(tunnel: ManagedTunnel): boolean {
  if (tunnel.isWanted()) return true;
  const end = tunnel.facts().context?.end ?? null;
  return end !== null && end.class !== 'operator-stop';
}

function refuseIfHopeless(tunnels: readonly ManagedTunnel[]): void {
  const hopeless = tunnels.filter((tunnel) => !tunnel.isWanted());
  if (hopeless.length === 0) return;
  throw new FleetError('not-ready', hopeless.map(whyNot).join('; '));
}

function whyNot({ name, facts }: ManagedTunnel): string {
  const { context, state } = facts();
  if (context === null) return `${name} was not started: start it`;
  if (context.end === null) return `${name} is being stopped`;
  const what = state === 'failed' ? 'has failed' : 'has stopped';
  return `${name} ${what}: ${context.end.sentence}`;
}
