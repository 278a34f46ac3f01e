import { join } from 'node:path';
import type { RuleSet, RuleSetName } from '@holdfast/machines';
import type { Observable } from 'rxjs';
import type { ChildRecorder } from '../child-record/child-record.ts';
import { launchPlainly } from '../child/launch-plainly.ts';
import type { Launch } from '../child/launch.ts';
import { Challengers } from './turns/challengers.ts';
import { createChronicle } from './chronicle.ts';
import { completeTunnels } from './complete-tunnel.ts';
import type { FleetFact, NetworkChange } from './fleet-event.ts';
import type { FleetTunnel } from './fleet-tunnel.ts';
import type { Fleet } from './fleet.ts';
import { readyControlFolder } from './member/ssh/control-folder.ts';
import { createFleetSystem, type FleetInspector } from './member/fleet-system.ts';
import { otherWithRemote } from './member/forwards/other-with-remote.ts';
import { makeFolders } from '../private-folder.ts';
import { Member } from './member/member.ts';
import { Members, watchForwards } from './member/members.ts';
import type { FleetShared } from './member/shared.ts';
import { fleetOrders } from './orders.ts';
import { startReactions } from './reactions.ts';
import { createStartPlaces } from './turns/start-places.ts';
import { createTurns, fleetLaunch } from './turns/turns.ts';

/** What a fleet is made from. */
export interface FleetOptions {
  /** A name and a host for each are enough. */
  readonly tunnels: readonly FleetTunnel[];
  /** Where ssh's control sockets go: made with 0700 if it is not there. Its path should be short: 70 bytes at most. */
  readonly runtimeDir: string;
  /** Takes its place for the ssh that start while it cannot be made. Default: they do not start. */
  readonly spareRuntimeDir?: string | undefined;
  /**
   * Where things are kept that the fleet after this one has to know: the sessions that tunnels with `release` have at their servers. Made with
   * 0700 if it is not there. Default: nowhere, and `release` does nothing.
   */
  readonly stateDir?: string | undefined;
  /** The program to run as ssh. Default: `ssh`, searched for in PATH. */
  readonly ssh?: string | undefined;
  /** The environment of each ssh. Default: this process's own. */
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** Signals that each ssh ignores, since this program was started with them ignored (as under `nohup`). Default: none. */
  readonly ignores?: readonly NodeJS.Signals[] | undefined;
  /** How ssh is launched. Default: with Node's own child_process, which needs the least memory. */
  readonly launch?: Launch | undefined;
  /** Where running children are written down. Default: nowhere. */
  readonly record?: ChildRecorder | undefined;
  /** Whether somebody sits at a terminal who could answer ssh's questions. Default: false, and ssh never asks. */
  readonly isInteractive?: boolean | undefined;
  /** Changes of this machine's network: every tunnel is probed at once, every wait ends. Default: none is known. */
  readonly networkChange$?: Observable<NetworkChange> | undefined;
  /** Changes of keys: a tunnel that was refused is tried again. Subscribed to while one waits for that. Default: none is known. */
  readonly credentialChange$?: Observable<unknown> | undefined;
  /** How many connections to one destination may be set up at a time. Default: 8. */
  readonly startLimit?: number | undefined;
  /** Handed to XState: sees every actor, event and snapshot of every tunnel. Default: nobody looks. */
  readonly inspect?: FleetInspector | undefined;
  /** The rule set of every tunnel that has none of its own: one of `RULE_SETS` by its name, or one of your own. Default: `holdfast`. */
  readonly ruleSet?: RuleSetName | RuleSet | undefined;
  /** Closes the fleet when it is aborted; `close()` tells when all is over. Default: nothing does. */
  readonly signal?: AbortSignal | undefined;
  /** Random numbers from 0 to 1. Default: `Math.random`. */
  readonly chance?: (() => number) | undefined;
}

/**
 * Puts many tunnels under one supervisor. Nothing runs before `start`.
 *
 * Throws a {@link FleetError} `invalid-tunnel` for a tunnel that could never run, a `RuleSetError` for a rule set that is not whole,
 * the signal's reason if it is aborted already, and what the system says if the folder cannot be made.
 *
 * @example
 * await using fleet = createFleet({
 *   tunnels: [{ name: 'db', host: 'bastion', local: ['5432:db.internal:5432'] }],
 *   runtimeDir: '/run/user/1000/my-program',
 * });
 * fleet.start(['db']);
 * await fleet.ready({ signal: AbortSignal.timeout(30_000) });
 */
export function createFleet(options: FleetOptions): Fleet {
  options.signal?.throwIfAborted();
  const complete = (tunnels: readonly FleetTunnel[]) => completeTunnels(tunnels, options.ruleSet);
  const specs = complete(options.tunnels);
  makeFolders(options.runtimeDir);

  const members: Members = new Members((spec) => new Member(spec, shared));
  const chronicle = createChronicle((name) => members.find(name)?.hasChecks === true);
  const turns = createTurns();
  const places = createStartPlaces((name) => turns.add(() => grant(name)), options.startLimit);
  const grant = (name: string) => {
    // Who has stopped in the meantime does not hear it. The place may have been given back, and asked for anew.
    if (places.obstacleOf(name) !== null || challengers.granted(name)) return;
    members.find(name)?.send({ type: 'start.granted' });
  };
  const challengers = new Challengers(places);
  const system = createFleetSystem(options.inspect);
  const shared = sharedBy(options, {
    root: system.root,
    launchFor: fleetLaunch(options.launch ?? launchPlainly, turns, options.record),
    places,
    challengers,
    otherWithRemote: (name, listens) => otherWithRemote(members, name, listens),
    missing: (names) => members.missing(names),
    tell: chronicle.tell,
  });
  const reactions = startReactions({ members, chronicle, places, turns }, options);
  chronicle.told$.subscribe((event) => members.remember(event));
  for (const spec of specs) members.add(spec);
  reactions.add(watchForwards(members));
  const endWatches = () => reactions.unsubscribe();
  const fleet = fleetOrders({ members, chronicle, places, system, complete, endWatches });
  if (options.signal !== undefined) closeOnAbort(fleet, options.signal);
  return fleet;
}

type Made =
  'root' | 'launchFor' | 'places' | 'challengers' | 'otherWithRemote' | 'missing' | 'tell';

/** What all members work with: of the options, and what was made of them. */
function sharedBy(options: FleetOptions, made: Pick<FleetShared, Made>): FleetShared {
  const { runtimeDir, spareRuntimeDir = runtimeDir, stateDir, chance = Math.random } = options;
  const shared: FleetShared = {
    ...made,
    ssh: options.ssh ?? 'ssh',
    env: options.env,
    ignores: options.ignores,
    isInteractive: options.isInteractive ?? false,
    chance,
    runtimeDir,
    sessionsDir: stateDir === undefined ? undefined : join(stateDir, 'sessions'),
    readyFolder() {
      const paths = [...new Set([shared.runtimeDir, runtimeDir, spareRuntimeDir])];
      const tell = (fact: FleetFact) => made.tell(null, fact);
      shared.runtimeDir = readyControlFolder({ paths, tell });
    },
  };
  return shared;
}

/** Closes a fleet when a signal says so; a fleet that was closed lets go of the signal, which may live on for others. */
function closeOnAbort(fleet: Fleet, signal: AbortSignal): void {
  const close = () => void fleet.close();
  signal.addEventListener('abort', close, { once: true });
  fleet.event$.subscribe({ complete: () => signal.removeEventListener('abort', close) });
}
