import { Subject } from 'rxjs';
import type { Forward } from '../forward/forward.ts';
import { applySpecs, oneAtATime } from './apply-specs.ts';
import { isSameForward } from './changes.ts';
import { iterateEvents, type Chronicle } from './chronicle.ts';
import type { FleetTunnel, ManagedSpec } from './fleet-tunnel.ts';
import { FleetError, type Fleet } from './fleet.ts';
import type { FleetSystem } from './member/fleet-system.ts';
import { closeLive, openLive } from './member/forwards/live-forwards.ts';
import type { Member } from './member/member.ts';
import type { Members } from './member/members.ts';
import { describeTunnel } from './report/describe-tunnel.ts';
import { createStandings } from './report/standings.ts';
import { createUnusablePlaces } from './report/unusable-places.ts';
import { whySentences } from './report/why.ts';
import { withPrerequisites, type StartPlaces } from './turns/start-places.ts';
import { whenReady } from './when-ready.ts';

/** The parts that a fleet is made of. */
export interface FleetParts {
  readonly members: Members;
  readonly chronicle: Chronicle;
  readonly places: StartPlaces;
  readonly system: FleetSystem;
  /** Fills in what a tunnel does not say; throws before anything is changed. */
  readonly complete: (tunnels: readonly FleetTunnel[]) => readonly ManagedSpec[];
  /** Ends what goes on without an order: reactions, and looks at forwards. */
  readonly endWatches: () => void;
}

/**
 * The orders that a fleet takes. The life of one:
 *
 * 1. **Whom it means.** Names are exact. All are looked up first: one that is unknown, or a fleet that was closed, refuses the whole
 *    order (`Members.get`). A start adds what the named ones wait for (`withPrerequisites`).
 * 2. **To the member.** It begins a life (`Lives`), or gives the order to the machine of the present one. The last order decides: a start
 *    during a stop waits for its end, and a stop after that takes the start back.
 * 3. **To start, it asks.** The machine tells `start.asked`. `StartPlaces` holds it back until the tunnels that it waits for are healthy and its
 *    host has a place; the grant is work for a turn (`Turns`), as is the end of each ssh.
 * 4. **What happens is told one way.** Member, `Chronicle.tell`, then everybody: the caller's `event$`, the standings for `status`, the
 *    reactions by which one tunnel's luck is the others', the history for `why`.
 * 5. **When it is done.** `start`, `restart` and `probe` return at once, and `ready` waits; `stop` resolves when each ssh is gone or abandoned.
 *    Forwards are opened and closed on the connection (`openLive`). `apply` is all of this for what differs, one call at a time.
 * 6. **The end.** `close` refuses all further orders, stops everybody, and completes the events.
 */
export function fleetOrders(parts: FleetParts): Fleet {
  const { members, chronicle, places, system, complete, endWatches } = parts;
  const { event$, told$ } = chronicle;
  const stop$ = new Subject<void>();
  const member = (name: string) => members.get(name);
  const describe = (each: Member) => describeTunnel(each, standings.since(each.name));
  const standings = createStandings((name) => {
    const found = members.find(name);
    return found === undefined ? undefined : describe(found);
  });
  event$.subscribe(standings.hear);
  const unusable = createUnusablePlaces();
  event$.subscribe(unusable.hear);

  let closing: Promise<void> | undefined;
  const close = () => {
    members.close();
    endWatches();
    closing ??= stopAll(members).then(() => {
      chronicle.end();
      system.end();
    });
    return closing;
  };

  return {
    event$,
    told$,
    events: (options) => iterateEvents(event$, options),
    ready: (options) => whenReady(members, event$, stop$, options),
    status: () => ({
      at: new Date().toISOString(),
      tunnels: [...members].map(describe),
      ...unusable.status(),
    }),
    describe: (name) => describe(member(name)),
    why(name) {
      const found = member(name);
      const status = describe(found);
      const stopReason = found.context?.stopReason;
      const sentences = whySentences(status, Date.now(), stopReason);
      return { status, sentences, history: found.history.entries() };
    },
    start(names) {
      names.forEach(member);
      for (const name of withPrerequisites(names, (each) => members.find(each)?.spec)) {
        const found = member(name);
        // What is only waited for, and runs already, is left in peace.
        if (names.includes(name) || !found.isWanted()) found.start();
      }
    },
    async stop(names) {
      await stopAll(names.map(member));
      stop$.next();
    },
    restart: (names) => names.map(member).forEach((each) => each.restart()),
    probe: (names) => names.map(member).forEach((each) => each.send({ type: 'tunnel.probe' })),
    apply: oneAtATime(async (tunnels: readonly FleetTunnel[]) => {
      members.assertOpen();
      return applySpecs(complete(tunnels), members, places);
    }),
    async openForward(name, forward) {
      refuseIfFixed(member(name), forward, 'it is open already');
      const opened = await openLive(member(name), forward);
      member(name).addExtra(forward);
      return opened;
    },
    async closeForward(name, forward) {
      refuseIfFixed(member(name), forward, 'take it out there, and reload');
      await closeLive(member(name), forward);
      member(name).dropExtra(forward);
    },
    inspect: system.inspect,
    actors: () =>
      new Map(
        [...members].flatMap((each) => {
          const actor = each.actor();
          return actor === undefined ? [] : [[each.name, actor] as const];
        }),
      ),
    tell: (fact) => chronicle.tell(null, fact),
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function stopAll(members: Iterable<Member>): Promise<void> {
  await Promise.all([...members].map((member) => member.stop()));
}

/** What the file says is changed in the file: an order would last until the next ssh, and status would not tell. */
function refuseIfFixed({ name, spec }: Member, forward: Forward, advice: string): void {
  if (!spec.forwards.some((one) => isSameForward(one, forward))) return;
  const sentence = `the forward ${forward.text} of ${name} is in the tunnels file: ${advice}`;
  throw new FleetError('forward-failed', sentence);
}
