import type { TunnelEmitted } from '@holdfast/machines';
import type { AnyActorRef } from 'xstate';
import type { Listen } from '../../forward/forward.ts';
import type { Launch } from '../../child/launch.ts';
import type { FleetFact } from '../fleet-event.ts';
import type { OtherTunnel } from './forwards/other-with-remote.ts';
import type { Challengers } from '../turns/challengers.ts';
import type { StartPlaces } from '../turns/start-places.ts';

/** What the tunnels of one fleet share. */
export interface FleetShared {
  /** The actor whose system every life of a tunnel belongs to. */
  readonly root: AnyActorRef;
  /** The program to run as ssh. */
  readonly ssh: string;
  readonly env: NodeJS.ProcessEnv | undefined;
  /** Signals that each ssh ignores. */
  readonly ignores: readonly NodeJS.Signals[] | undefined;
  readonly launchFor: (tunnel: string) => Launch;
  /** Where the control sockets are. */
  runtimeDir: string;
  /** Where sessions at servers are noted, for tunnels with `release`; `undefined`: nowhere. */
  readonly sessionsDir: string | undefined;
  /** Called before each start: makes that folder if it was removed, or changes to the spare one. Throws a `StartRefused`. */
  readonly readyFolder: () => void;
  /** Whether somebody sits at a terminal who could answer ssh's questions. */
  readonly isInteractive: boolean;
  /** A random number from 0 to 1, for each wait. */
  readonly chance: () => number;
  readonly places: StartPlaces;
  readonly challengers: Challengers;
  /** Another tunnel that is up and has a remote forward at one of these places, if it can be one to the same server. */
  readonly otherWithRemote: (name: string, places: readonly Listen[]) => OtherTunnel | undefined;
  /** Which of these tunnels are not healthy. */
  readonly missing: (names: readonly string[]) => readonly string[];
  /** Hears every fact of every tunnel: `null` is the whole fleet. */
  readonly tell: (tunnel: string | null, fact: TunnelEmitted | FleetFact) => void;
}
