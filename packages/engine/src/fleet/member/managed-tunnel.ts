import type { ForwardRefused, OperatorEvent, TunnelContext } from '@holdfast/machines';
import type { Forward } from '../../forward/forward.ts';
import { isSameForward, specChange } from '../changes.ts';
import { askConfigForwards } from './forwards/config-forwards.ts';
import { destinationOf } from '../start-places.ts';
import type { TunnelActor } from './fleet-system.ts';
import { ForwardKeeper } from './forwards/forward-keeper.ts';
import type { KnownForward } from './forwards/known-forward.ts';
import { createHistory, type History } from '../report/history.ts';
import { createLife } from './lives.ts';
import { allForwards, askedSsh, controlPathOf, machineSettings, type Wanted } from './run.ts';
import { ownsControlPath } from './own-options.ts';
import { namingTunnel } from './forwards/remote-forwards.ts';
import { isHealthyState, type Stay } from './stay.ts';
import type { Surroundings } from './surroundings.ts';
import { TargetFailures } from './forwards/target-failures.ts';
import type { ManagedSpec } from '../fleet-tunnel.ts';

/** What is known about a tunnel at a moment: what its status is made of. */
export interface TunnelFacts extends Wanted, Stay {
  /** What is known of a forward. */
  readonly known: (forward: Forward) => KnownForward | undefined;
  /** The forwards that ssh_config adds, as far as they are known. */
  readonly config: readonly Forward[];
  /** What the machine remembers; `null` for a tunnel that was never started. */
  readonly context: TunnelContext | null;
}

/** A tunnel of a fleet, through all its starts and stops. */
export interface ManagedTunnel {
  readonly name: string;
  readonly history: History;
  /** Knows its forwards, and keeps them. */
  readonly keeper: ForwardKeeper;
  /** Knows which of them led nowhere. */
  readonly targets: TargetFailures;
  /** What tunnels to the same host have in common. */
  destination(): string;
  facts(): TunnelFacts;
  /** The actor of its present life, or its last; `undefined` if it was never started. */
  actor(): TunnelActor | undefined;
  /** Whether ssh has proved that it carries traffic. */
  isConnected(): boolean;
  /** Whether somebody wants it up: it runs, or waits for its next start. */
  isWanted(): boolean;
  /** Starts it, also after it has failed; ends its wait. */
  start(): void;
  stop(): Promise<void>;
  restart(): void;
  /** Gives an order to its machine; after its end that does nothing. */
  send(order: OperatorEvent | ForwardRefused): void;
  /** Takes a new specification; its forwards are changed on the running connection by others. */
  adopt(spec: ManagedSpec): void;
  addExtra(forward: Forward): void;
  dropExtra(forward: Forward): void;
}

const HEARTBEATS_OVER_FORWARDS: ReadonlySet<unknown> = new Set(['loop', 'echo']);

/** Makes a tunnel that does not run yet. */
export function createManagedTunnel(first: ManagedSpec, around: Surroundings): ManagedTunnel {
  let wanted: Wanted = { spec: first, extras: [] };
  const destination = () => destinationOf(wanted.spec.host);
  const keeper = new ForwardKeeper({
    forwards: () => allForwards(wanted),
    configForwards: () => askConfigForwards(askedSsh(wanted.spec, around)),
    options: () => wanted.spec.options,
    named: (refused, places) => namingTunnel(refused, places, wanted.spec, around),
    env: around.env ?? process.env,
    controlPath: () =>
      ownsControlPath(wanted.spec.options)
        ? undefined
        : controlPathOf(first.name, around.runtimeDir),
    pid: () => life.context()?.pid ?? undefined,
    tell: (fact) => around.tell(first.name, fact),
    giveUp: (failure) => life.send({ type: 'forward.refused', failure }),
  });
  const targets = new TargetFailures({
    forwards: () => [...allForwards(wanted), ...keeper.config],
    hasOtherForwards: () => HEARTBEATS_OVER_FORWARDS.has(wanted.spec.heartbeat),
    tell: (fact) => around.tell(first.name, fact),
  });
  const life = createLife(() => wanted, { keeper, targets }, around);
  return {
    name: first.name,
    history: createHistory(),
    keeper,
    targets,
    destination,
    facts: () => ({
      ...wanted,
      ...life.stay(),
      context: life.context(),
      known: (forward) => keeper.known(forward),
      config: keeper.config,
    }),
    actor: life.actor,
    isConnected: () => isHealthyState(life.stay().state),
    isWanted: life.isWanted,
    start: () => life.beginOr({ type: 'tunnel.retry' }),
    stop() {
      targets.forget();
      return life.end();
    },
    restart: () => life.beginOr({ type: 'tunnel.restart' }),
    send: life.send,
    adopt(spec) {
      const { needsRestart } = specChange(wanted.spec, spec);
      const isInFile = (extra: Forward) => spec.forwards.some((one) => isSameForward(one, extra));
      wanted = { spec, extras: wanted.extras.filter((extra) => !isInFile(extra)) };
      if (!needsRestart) life.send({ type: 'settings.changed', settings: machineSettings(spec) });
      else if (life.isWanted()) life.beginAnew();
    },
    addExtra(forward) {
      // Given twice, ssh would fail over the second at its next start.
      if (wanted.spec.forwards.some((one) => isSameForward(one, forward))) return;
      wanted = { ...wanted, extras: [...without(wanted.extras, forward), forward] };
    },
    dropExtra(forward) {
      wanted = { ...wanted, extras: without(wanted.extras, forward) };
    },
  };
}

function without(forwards: readonly Forward[], gone: Forward): readonly Forward[] {
  return forwards.filter((forward) => !isSameForward(forward, gone));
}
