import type { RuleSet, RuleSetName } from '@holdfast/machines';
import type { Observable } from 'rxjs';
import type { ChildRecorder } from '../child-record/child-record.ts';
import { launchPlainly } from '../child/launch-plainly.ts';
import type { Launch } from '../child/launch.ts';
import { completeTunnels } from './complete-tunnel.ts';
import { createChronicle } from './chronicle.ts';
import { readyControlFolder } from './member/control-folder.ts';
import type { FleetEvent, NetworkChange } from './fleet-event.ts';
import { forwardOfCheck, watchChecks } from './member/checks.ts';
import { fleetLaunch, createTurns } from './turns.ts';
import { fleetOrders } from './fleet-orders.ts';
import { createFleetSystem, type FleetInspector } from './member/fleet-system.ts';
import type { Fleet } from './fleet.ts';
import { createManagedTunnel } from './member/managed-tunnel.ts';
import { isHealthyMember, type Member } from './member/member.ts';
import { otherWithRemote } from './member/forwards/other-with-remote.ts';
import { makeFolders } from '../private-folder.ts';
import { createReactions } from './reactions.ts';
import { createStartPlaces } from './start-places.ts';
import type { Surroundings } from './member/surroundings.ts';
import type { FleetTunnel, ManagedSpec } from './fleet-tunnel.ts';
import { watchForwards } from './member/watch-forwards.ts';

/** What a fleet is made from. */
export interface FleetOptions {
  /** A name and a host for each are enough. */
  readonly tunnels: readonly FleetTunnel[];
  /** Where ssh's control sockets go: made with 0700 if it is not there. Its path should be short: 70 bytes at most. */
  readonly runtimeDir: string;
  /** Takes its place for the ssh that start while it cannot be made. Default: they do not start. */
  readonly spareRuntimeDir?: string | undefined;
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
  /** Changes of this machine's network: every tunnel is asked at once, every wait ends. Default: none is known. */
  readonly networkChange$?: Observable<NetworkChange> | undefined;
  /** Changes of keys: a tunnel that was refused is tried again. Subscribed to while one waits for that. Default: none is known. */
  readonly credentialChange$?: Observable<unknown> | undefined;
  /** How many connections to one destination may be on their way at a time. Default: 8. */
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
  const members = new Map<string, Member>();
  const chronicle = createChronicle((name) => (members.get(name)?.checks.status().length ?? 0) > 0);
  const turns = createTurns();
  const places = createStartPlaces(
    // Who has stopped in the meantime does not hear it.
    (name) => turns.add(() => grant(name)),
    options.startLimit,
  );
  const isHealthyName = (name: string) => {
    const found = members.get(name);
    return found !== undefined && isHealthyMember(found);
  };
  const grant = (name: string) => {
    // The place may have been given back meanwhile, and asked for anew.
    if (places.obstacleOf(name) !== null) return;
    members.get(name)?.tunnel.send({ type: 'start.granted' });
  };
  const { networkChange$, credentialChange$ } = options;
  const reactions = createReactions({
    members,
    chronicle,
    places,
    turns,
    networkChange$,
    credentialChange$,
  });
  const launch = fleetLaunch(options.launch ?? launchPlainly, turns, options.record);
  const system = createFleetSystem(options.inspect);
  const around: Surroundings = {
    root: system.root,
    ssh: options.ssh ?? 'ssh',
    env: options.env,
    ignores: options.ignores,
    launchFor: launch,
    runtimeDir: options.runtimeDir,
    readyFolder() {
      const { runtimeDir, spareRuntimeDir = runtimeDir } = options;
      around.runtimeDir = readyControlFolder({
        paths: [...new Set([around.runtimeDir, runtimeDir, spareRuntimeDir])],
        tell: (fact) => chronicle.tell(null, fact),
      });
    },
    isInteractive: options.isInteractive ?? false,
    chance: options.chance ?? Math.random,
    places,
    otherWithRemote(name, places) {
      const tunnels = [...members.values()].map(({ tunnel }) => tunnel);
      return otherWithRemote(tunnels, name, places);
    },
    missing: (names) => names.filter((name) => !isHealthyName(name)),
    tell(name, fact) {
      chronicle.tell(name, fact);
      reactions.hear(name, fact);
    },
  };
  chronicle.told$.subscribe((event) => {
    if (event.tunnel !== null) members.get(event.tunnel)?.tunnel.history.add(event);
    else
      for (const { tunnel } of members.values())
        if (concerns(event, tunnel)) tunnel.history.add(event);
  });

  const add = (spec: ManagedSpec) => {
    const tunnel = createManagedTunnel(spec, around);
    members.set(spec.name, { tunnel, checks: checksOf(spec, tunnel) });
  };
  const checksOf = (spec: ManagedSpec, tunnel: Member['tunnel']) =>
    watchChecks(spec.checks, {
      tell: (fact) => around.tell(spec.name, fact),
      explain(check, askedAtMs) {
        const { spec: now, extras } = tunnel.facts();
        const forward = forwardOfCheck(check, [...now.forwards, ...extras]);
        return forward && tunnel.targets.explain(forward, askedAtMs);
      },
      restart: (reason) => tunnel.send({ type: 'check.failed', reason }),
    });
  specs.forEach(add);

  const endWatch = watchForwards(members);
  const fleet = fleetOrders({
    members,
    chronicle,
    reactions,
    around,
    system,
    complete,
    add,
    endWatch,
    renewChecks(found, spec) {
      found.checks.end();
      const checks = checksOf(spec, found.tunnel);
      members.set(spec.name, { ...found, checks });
      if (found.tunnel.isConnected()) checks.begin();
    },
  });
  if (options.signal !== undefined) closeOnAbort(fleet, options.signal);
  return fleet;
}

/** Whether an event of the whole fleet may be why a tunnel does what it does next. */
function concerns({ fact }: FleetEvent, tunnel: Member['tunnel']): boolean {
  return fact.type === 'network.changed' && tunnel.isWanted();
}

/** Closes a fleet when a signal says so; a fleet that was closed lets go of the signal, which may live on for others. */
export function closeOnAbort(fleet: Pick<Fleet, 'close' | 'event$'>, signal: AbortSignal): void {
  const close = () => void fleet.close();
  signal.addEventListener('abort', close, { once: true });
  fleet.event$.subscribe({ complete: () => signal.removeEventListener('abort', close) });
}
