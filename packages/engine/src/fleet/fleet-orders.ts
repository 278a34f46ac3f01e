import type { Forward } from '../forward/forward.ts';
import { applySpecs } from './apply-specs.ts';
import { isSameForward } from './changes.ts';
import type { Chronicle } from './chronicle.ts';
import { describeTunnel } from './describe-tunnel.ts';
import { FleetError, type Fleet } from './fleet.ts';
import { createLiveForwards } from './live-forwards.ts';
import type { Member } from './member.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { withPrerequisites } from './prerequisites.ts';
import type { Reactions } from './reactions.ts';
import type { Surroundings } from './surroundings.ts';
import type { TunnelSpec } from './tunnel-spec.ts';
import { whySentences } from './why.ts';

/** The parts that a fleet is made of. */
export interface FleetParts {
  readonly members: Map<string, Member>;
  readonly chronicle: Chronicle;
  readonly reactions: Reactions;
  readonly around: Surroundings;
  readonly add: (spec: TunnelSpec) => void;
  readonly renewChecks: (member: Member, spec: TunnelSpec) => void;
}

/** The orders that a fleet takes. */
export function fleetOrders({
  members,
  chronicle,
  reactions,
  around,
  add,
  renewChecks,
}: FleetParts): Fleet {
  const { runtimeDir, places } = around;
  let isClosed = false;
  let closing: Promise<void> | undefined;
  const assertOpen = () => {
    if (isClosed) throw new FleetError('closed', 'the fleet was closed');
  };
  const member = (name: string): Member => {
    assertOpen();
    const found = members.get(name);
    if (found === undefined) throw new FleetError('unknown-tunnel', `no tunnel is called ${name}`);
    return found;
  };
  const describe = ({ tunnel, checks }: Member) =>
    describeTunnel(tunnel.facts(), {
      runtimeDir,
      obstacle: places.obstacleOf(tunnel.name),
      checks: checks.status(),
    });
  const live = createLiveForwards({
    tunnelOf: (name) => member(name).tunnel,
    runtimeDir,
    chronicle,
  });

  return {
    event$: chronicle.event$,
    status: () => ({ at: new Date().toISOString(), tunnels: [...members.values()].map(describe) }),
    why(name) {
      const found = member(name);
      const status = describe(found);
      const history = found.tunnel.history.entries();
      return { status, sentences: whySentences(status, Date.now()), history };
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
    stop: async (names) => stopAll(names.map(member)),
    restart: (names) => names.map(member).forEach(({ tunnel }) => tunnel.restart()),
    apply: oneAtATime(async (specs: readonly TunnelSpec[]) => {
      assertOpen();
      return applySpecs(specs, {
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
    tell: (fact) => chronicle.tell(null, fact),
    close() {
      isClosed = true;
      reactions.close();
      closing ??= stopAll([...members.values()]).then(() => chronicle.end());
      return closing;
    },
  };
}

async function stopAll(members: readonly Member[]): Promise<void> {
  await Promise.all(members.map(({ tunnel }) => tunnel.stop()));
}

/** What the file says is changed in the file: an order would last until the next ssh, and status would not tell. */
function refuseIfFixed({ tunnel }: Member, forward: Forward, advice: string): void {
  const isFixed = tunnel.facts().spec.forwards.some((one) => isSameForward(one, forward));
  if (!isFixed) return;
  const sentence = `the forward ${forward.text} of ${tunnel.name} stands in the file of tunnels: ${advice}`;
  throw new FleetError('forward-failed', sentence);
}
