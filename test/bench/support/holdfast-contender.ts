import type { Settings } from '../../e2e/support/autossh.ts';
import {
  createHoldfastScene,
  type HoldfastScene,
  tunnelToml,
  type TunnelKeys,
} from '../../e2e/support/holdfast.ts';
import type { FleetEvent } from '@holdfast/engine';
import { type Contender, type EchoForward, forwardText } from './contender.ts';
import { hearEvents, type HeardEvents } from './heard-events.ts';

/** `holdfast`: one supervisor for all forwards, at its defaults. */
export interface HoldfastContender extends Contender {
  /** The scene of the supervisor that runs. */
  readonly scene: HoldfastScene;
  /** All that it has told so far. */
  readonly events: readonly FleetEvent[];
}

/** What differs from the defaults. */
export interface HoldfastSettings {
  readonly name?: string;
  /** Added to the environment of everything that runs. */
  readonly environment?: Settings;
  /** Keys of the tunnel that carries a forward. Default: the forward, as one of -L. */
  readonly keysOf?: (forward: EchoForward) => TunnelKeys;
}

export function createHoldfast({
  name = 'holdfast',
  environment = {},
  keysOf = localForward,
}: HoldfastSettings = {}): HoldfastContender {
  let scene: HoldfastScene | undefined;
  let heard: HeardEvents | undefined;
  return {
    name,
    get scene() {
      if (scene === undefined) throw new Error('holdfast was not started');
      return scene;
    },
    get events() {
      return heard?.events ?? [];
    },
    start: async (forwards) => {
      scene = createHoldfastScene(environment);
      scene.write(forwards.map((forward) => tunnelText(forward, keysOf(forward))).join('\n'));
      await scene.up();
      heard = await hearEvents(scene.controlSocket);
    },
    processes: () => scene?.processes() ?? [],
    stop: async () => {
      heard?.end();
      await scene?.holdfast('down');
      await scene?.end();
      scene = undefined;
    },
  };
}

/** The name of the tunnel that carries a forward. */
export function tunnelName({ port }: EchoForward): string {
  return `t${port}`;
}

/** The forward as a tunnel has it. */
export function localForward(forward: EchoForward): TunnelKeys {
  return { local: [forwardText(forward)] };
}

function tunnelText(forward: EchoForward, keys: TunnelKeys): string {
  const { destination, options } = forward;
  return tunnelToml(tunnelName(forward), destination, { ...keys, options });
}
