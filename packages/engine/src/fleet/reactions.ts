import type { TunnelEmitted } from '@holdfast/machines';
import { Subscription, type Observable } from 'rxjs';
import type { Chronicle } from './chronicle.ts';
import type { FleetFact, NetworkChange } from './fleet-event.ts';
import type { Members } from './member/members.ts';
import type { StartPlaces } from './turns/start-places.ts';
import type { Turns } from './turns/turns.ts';

/** Whom reactions reach. */
interface Reached {
  readonly members: Members;
  readonly chronicle: Chronicle;
  readonly places: StartPlaces;
  readonly turns: Turns;
}

/** What happens to this machine, as far as it is known. */
export interface MachineChanges {
  readonly networkChange$?: Observable<NetworkChange> | undefined;
  readonly credentialChange$?: Observable<unknown> | undefined;
}

/**
 * What the tunnels of a fleet mean for each other: a host that answered one answers all, a tunnel that others wait for lets them go, and
 * a change of network or keys concerns everybody. They hear the chronicle, as everybody does.
 *
 * @returns what ends them.
 */
export function startReactions(reached: Reached, changes: MachineChanges): Subscription {
  const { members, chronicle, places, turns } = reached;
  const watching = new Subscription();
  watching.add(
    changes.networkChange$?.subscribe((change) => {
      chronicle.tell(null, { type: 'network.changed', change });
      members.sendAll({ type: 'network.changed' });
    }),
  );
  const keys = new KeyWatch(reached, changes);
  watching.add(() => keys.end());
  const hear = (name: string, fact: TunnelEmitted | FleetFact) => {
    switch (fact.type) {
      // Whoever waits for a tunnel with checks waits for those too.
      case 'checks.passed':
      case 'check.passed':
      case 'forwards.restored':
      // One that was silent for long did not count as healthy.
      case 'suspicion.ended':
        places.reconsider();
        break;
      case 'tunnel.proved':
        turns.add(() => spreadLuck(name, reached));
        break;
      case 'backoff.began':
        if (fact.failure?.class === 'auth') keys.begin();
        break;
      default:
        break;
    }
  };
  watching.add(
    chronicle.event$.subscribe(({ tunnel, fact }) => {
      if (tunnel !== null) hear(tunnel, fact);
    }),
  );
  return watching;
}

/** One got through: whoever waits for it, or for its host, need not wait any more. */
function spreadLuck(name: string, { members, places }: Reached): void {
  const proved = members.find(name);
  if (proved === undefined || !proved.isConnected()) return;
  proved.proved();
  places.reconsider();
  const destination = proved.destination();
  for (const member of members) {
    if (member !== proved && member.destination() === destination) {
      member.send({ type: 'host.answered' });
    }
  }
}

/** Keys are looked at only while a tunnel waits for them. */
class KeyWatch {
  readonly #reached: Reached;
  readonly #change$: MachineChanges['credentialChange$'];
  #watching: Subscription | undefined;

  constructor(reached: Reached, { credentialChange$ }: MachineChanges) {
    this.#reached = reached;
    this.#change$ = credentialChange$;
  }

  begin(): void {
    const { chronicle, members } = this.#reached;
    this.#watching ??= this.#change$?.subscribe(() => {
      if (!this.#isAwaited()) return this.end();
      chronicle.tell(null, { type: 'credentials.changed' });
      members.sendAll({ type: 'credentials.changed' });
    });
  }

  end(): void {
    this.#watching?.unsubscribe();
    this.#watching = undefined;
  }

  #isAwaited(): boolean {
    return [...this.#reached.members].some(
      ({ stay, context }) => stay.state === 'backoff' && context?.failures.last?.class === 'auth',
    );
  }
}
