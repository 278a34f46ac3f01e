import { Subject } from 'rxjs';
import type { Forward } from '../forward/forward.ts';
import { applySpecs, oneAtATime } from './apply-specs.ts';
import { isSameForward } from './changes.ts';
import { type Chronicle, iterateEvents } from './chronicle.ts';
import { createStandings } from './report/standings.ts';
import { describeTunnel } from './report/describe-tunnel.ts';
import type { FleetSystem, TunnelActor } from './member/fleet-system.ts';
import { FleetError, type Fleet } from './fleet.ts';
import { createLiveForwards } from './member/forwards/live-forwards.ts';
import type { Member } from './member/member.ts';
import { withPrerequisites } from './start-places.ts';
import type { Reactions } from './reactions.ts';
import type { Surroundings } from './member/surroundings.ts';
import type { FleetTunnel, ManagedSpec } from './fleet-tunnel.ts';
import { whenReady } from './when-ready.ts';
import { createUnusablePlaces } from './report/unusable-places.ts';
import { whySentences } from './report/why.ts';

/** The parts that a fleet is made of. */
export interface FleetParts {
  readonly members: Map<string, Member>;
  readonly chronicle: Chronicle;
  readonly reactions: Reactions;
  readonly around: Surroundings;
  readonly system: FleetSystem;
  readonly complete: (tunnels: readonly FleetTunnel[]) => readonly ManagedSpec[];
  readonly add: (spec: ManagedSpec) => void;
  readonly renewChecks: (member: Member, spec: ManagedSpec) => void;
  /** Ends the looks at forwards. */
  readonly endWatch: () => void;
}

/** The orders that a fleet takes. */
export function fleetOrders({
  members,
  chronicle,
  reactions,
  around,
  system,
  complete,
  add,
  renewChecks,
  endWatch,
}: FleetParts): Fleet {
  const { places } = around;
  let isClosed = false;
  let closing: Promise<void> | undefined;
  const assertOpen = () => {
    if (isClosed) throw new FleetError('closed', 'the fleet was closed');
  };
  const member = (name: string): Member => {
    assertOpen();
    const found = members.get(name);
    if (found === undefined) throw new FleetError('unknown-tunnel', `unknown tunnel ${name}`);
    return found;
  };
  const describe = ({ tunnel, checks }: Member) =>
    describeTunnel(tunnel.facts(), {
      runtimeDir: around.runtimeDir,
      obstacle: places.obstacleOf(tunnel.name),
      checks: checks.status(),
      standsSince: standings.since(tunnel.name),
      targetFailures: tunnel.targets.status(),
    });
  const standings = createStandings((name) => {
    const found = members.get(name);
    return found === undefined ? undefined : describe(found);
  });
  chronicle.event$.subscribe(standings.hear);
  const unusable = createUnusablePlaces();
  chronicle.event$.subscribe(unusable.hear);
  const { event$, told$ } = chronicle;
  /** A tunnel that is stopped in the turn in which it was started has no events. */
  const stop$ = new Subject<void>();
  const tunnelOf = (name: string) => member(name).tunnel;
  const live = createLiveForwards({
    tunnelOf,
    around,
    chronicle,
  });

  const close = () => {
    isClosed = true;
    endWatch();
    reactions.close();
    closing ??= stopAll([...members.values()]).then(() => {
      chronicle.end();
      system.end();
    });
    return closing;
  };

  return {
    event$,
    told$,
    events: (options) => iterateEvents(event$, options),
    async ready(options) {
      assertOpen();
      await whenReady(
        { event$, stop$, members: () => [...members.values()], memberOf: member },
        options,
      );
    },
    status: () => ({
      at: new Date().toISOString(),
      tunnels: [...members.values()].map(describe),
      ...unusable.status(),
    }),
    describe: (name) => describe(member(name)),
    why(name) {
      const found = member(name);
      const status = describe(found);
      const history = found.tunnel.history.entries();
      const stopReason = found.tunnel.facts().context?.stopReason;
      return { status, sentences: whySentences(status, Date.now(), stopReason), history };
    },
    start(names) {
      names.forEach(member);
      for (const name of withPrerequisites(
        names,
        (each) => members.get(each)?.tunnel.facts().spec,
      )) {
        // What is only waited for, and runs already, is left in peace.
        const { tunnel } = member(name);
        if (names.includes(name) || !tunnel.isWanted()) tunnel.start();
      }
    },
    async stop(names) {
      await stopAll(names.map(member));
      stop$.next();
    },
    restart: (names) => names.map(member).forEach(({ tunnel }) => tunnel.restart()),
    probe: (names) =>
      names.map(member).forEach(({ tunnel }) => tunnel.send({ type: 'tunnel.probe' })),
    apply: oneAtATime(async (tunnels: readonly FleetTunnel[]) => {
      assertOpen();
      return applySpecs(complete(tunnels), {
        members,
        add,
        renewChecks,
        assertOpen,
        tell: chronicle.tell,
        open: live.open,
        close: live.close,
        reconsider: () => places.reconsider(),
      });
    }),
    async openForward(name, forward) {
      refuseIfFixed(member(name), forward, 'it is open already');
      const opened = await live.open(name, forward);
      member(name).tunnel.addExtra(forward);
      return opened;
    },
    async closeForward(name, forward) {
      refuseIfFixed(member(name), forward, 'take it out there, and reload');
      await live.close(name, forward);
      member(name).tunnel.dropExtra(forward);
    },
    inspect: system.inspect,
    actors: () => actorsOf([...members.values()]),
    tell: (fact) => chronicle.tell(null, fact),
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function stopAll(members: readonly Member[]): Promise<void> {
  await Promise.all(members.map(({ tunnel }) => tunnel.stop()));
}

function actorsOf(members: readonly Member[]): ReadonlyMap<string, TunnelActor> {
  return new Map(
    members.flatMap(({ tunnel }) => {
      const actor = tunnel.actor();
      return actor === undefined ? [] : [[tunnel.name, actor] as const];
    }),
  );
}

/** What the file says is changed in the file: an order would last until the next ssh, and status would not tell. */
function refuseIfFixed({ tunnel }: Member, forward: Forward, advice: string): void {
  const isFixed = tunnel.facts().spec.forwards.some((one) => isSameForward(one, forward));
  if (!isFixed) return;
  const sentence = `the forward ${forward.text} of ${tunnel.name} is in the tunnels file: ${advice}`;
  throw new FleetError('forward-failed', sentence);
}
