import type { OperatorEvent, TunnelEmitted } from '@holdfast/machines';
import { Subscription, type Observable } from 'rxjs';
import type { Chronicle } from './chronicle.ts';
import type { FleetFact, NetworkChange } from './fleet-event.ts';
import type { ManagedTunnel } from './member/managed-tunnel.ts';
import type { Member } from './member/member.ts';
import type { StartPlaces } from './start-places.ts';
import type { Turns } from './turns.ts';

/** What the tunnels of a fleet mean for each other. */
export interface Reactions {
  /** Hears every fact of every tunnel, after it was told. */
  hear(tunnel: string, fact: TunnelEmitted | FleetFact): void;
  close(): void;
}

/** What reactions work with. */
export interface Stage {
  readonly members: ReadonlyMap<string, Member>;
  readonly chronicle: Chronicle;
  readonly places: StartPlaces;
  readonly turns: Turns;
  readonly networkChange$: Observable<NetworkChange> | undefined;
  readonly credentialChange$: Observable<unknown> | undefined;
}

/**
 * Lets one tunnel's luck be the others': a host that answered one answers all, a tunnel that others wait for lets them go, and a change of
 * network or keys concerns everybody.
 */
export function createReactions(stage: Stage): Reactions {
  const { members, chronicle, places, turns } = stage;
  const watching = new Subscription();
  const sendAll = (order: OperatorEvent) => {
    for (const { tunnel } of members.values()) tunnel.send(order);
  };
  watching.add(
    stage.networkChange$?.subscribe((change) => {
      chronicle.tell(null, { type: 'network.changed', change });
      sendAll({ type: 'network.changed' });
    }),
  );
  const keys = watchKeys(stage, sendAll);
  watching.add(() => keys.close());
  return {
    hear(name, fact) {
      switch (fact.type) {
        // Whoever waits for a tunnel with checks waits for those too.
        case 'checks.passed':
        case 'check.passed':
        case 'forwards.restored':
          places.reconsider();
          break;
        case 'tunnel.proved':
          turns.add(() => spreadLuck(name, stage));
          break;
        case 'stop.began':
        case 'child.ended':
        case 'tunnel.ended':
          members.get(name)?.checks.end();
          break;
        case 'backoff.began':
          if (fact.failure?.class === 'auth') keys.watch();
          break;
        default:
          break;
      }
    },
    close: () => watching.unsubscribe(),
  };
}

/** One got through: whoever waits for it, or for its host, need not wait any more. */
function spreadLuck(name: string, { members, places }: Stage): void {
  const proved = members.get(name);
  if (proved === undefined || !proved.tunnel.isConnected()) return;
  proved.checks.begin();
  judgeUnverified(proved.tunnel);
  places.reconsider();
  const destination = proved.tunnel.destination();
  for (const { tunnel } of members.values()) {
    if (tunnel !== proved.tunnel && tunnel.destination() === destination) {
      tunnel.send({ type: 'host.answered' });
    }
  }
}

/** An ssh that has no control socket of ours, and no heartbeat, was believed: its forwards are looked at now. */
function judgeUnverified(tunnel: ManagedTunnel): void {
  const pid = tunnel.facts().context?.pid ?? undefined;
  if (!tunnel.keeper.isEmpty || pid === undefined) return;
  void Promise.resolve(tunnel.keeper.verify(pid)).then((failure) => {
    if (failure !== undefined) tunnel.send({ type: 'forward.refused', failure });
  });
}

/** Keys are looked at only while a tunnel waits for them. */
function watchKeys(
  { chronicle, credentialChange$, members }: Stage,
  sendAll: (order: OperatorEvent) => void,
) {
  let watching: Subscription | undefined;
  const end = () => {
    watching?.unsubscribe();
    watching = undefined;
  };
  const isAwaited = () =>
    [...members.values()].some(({ tunnel }) => {
      const { state, context } = tunnel.facts();
      return state === 'backoff' && context?.failures.last?.class === 'auth';
    });
  return {
    watch() {
      watching ??= credentialChange$?.subscribe(() => {
        if (!isAwaited()) return end();
        chronicle.tell(null, { type: 'credentials.changed' });
        sendAll({ type: 'credentials.changed' });
      });
    },
    close: end,
  };
}
