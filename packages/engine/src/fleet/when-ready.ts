import type { Observable } from 'rxjs';
import type { FleetEvent } from './fleet-event.ts';
import { FleetError, type ReadyOptions } from './fleet.ts';
import type { Member } from './member/member.ts';
import type { Members } from './member/members.ts';

/**
 * Resolves when all tunnels are healthy at the same time; rejects when one of them will not be, unless somebody starts it again.
 *
 * Health changes with events only; so they are looked at after each event, when everybody has heard it.
 *
 * @param stop$ - tells that tunnels were stopped by order: one that is stopped in the turn in which it was started has no events.
 */
export async function whenReady(
  members: Members,
  event$: Observable<FleetEvent>,
  stop$: Observable<void>,
  { names, signal }: ReadyOptions = {},
): Promise<void> {
  members.assertOpen();
  signal?.throwIfAborted();
  const waitedFor = names ?? startedTunnels([...members]).map(({ name }) => name);
  await new Promise<void>((resolve, reject) => {
    const settle = (conclude: () => void) => {
      subscription.unsubscribe();
      signal?.removeEventListener('abort', abort);
      conclude();
    };
    const abort = () => settle(() => reject(signal!.reason as Error));
    const look = () => {
      try {
        const present = waitedFor.map((name) => members.get(name));
        refuseIfHopeless(present);
        if (present.every((member) => member.isHealthy())) settle(resolve);
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
function startedTunnels(tunnels: readonly Member[]): readonly Member[] {
  const started = tunnels.filter(isStarted);
  if (started.length > 0 || tunnels.length === 0) return started;
  throw new FleetError('not-ready', 'no tunnel was started: call start, or name the tunnels');
}

function isStarted(tunnel: Member): boolean {
  if (tunnel.isWanted()) return true;
  const end = tunnel.context?.end ?? null;
  return end !== null && end.class !== 'operator-stop';
}

function refuseIfHopeless(tunnels: readonly Member[]): void {
  const hopeless = tunnels.filter((tunnel) => !tunnel.isWanted());
  if (hopeless.length === 0) return;
  throw new FleetError('not-ready', hopeless.map(whyNot).join('; '));
}

function whyNot({ name, context, stay }: Member): string {
  if (context === null) return `${name} was not started: start it`;
  if (context.end === null) return `${name} is being stopped`;
  const what = stay.state === 'failed' ? 'has failed' : 'has stopped';
  return `${name} ${what}: ${context.end.sentence}`;
}
