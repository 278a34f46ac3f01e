import { createHoldfastScene, type HoldfastScene } from '../../e2e/support/holdfast.ts';
import type { RelayedSshd } from '../../e2e/support/relayed-sshd.ts';
import { type Contender, type EchoForward, forwardText } from './contender.ts';

/** `holdfast`: one supervisor for all forwards, at its defaults. */
export interface HoldfastContender extends Contender {
  /** The scene of the supervisor that runs. */
  readonly scene: HoldfastScene;
}

export function createHoldfast(): HoldfastContender {
  let scene: HoldfastScene | undefined;
  return {
    name: 'holdfast',
    get scene() {
      if (scene === undefined) throw new Error('holdfast was not started');
      return scene;
    },
    start: async (server, forwards) => {
      scene = createHoldfastScene();
      scene.write(forwards.map((forward) => tunnelText(server, forward)).join('\n'));
      await scene.up();
    },
    stop: async () => {
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

// A list of texts in JSON is one in TOML.
function tunnelText({ sshd }: RelayedSshd, forward: EchoForward): string {
  return [
    `[tunnels.${tunnelName(forward)}]`,
    `host = ${JSON.stringify(sshd.destination)}`,
    `local = ${JSON.stringify([forwardText(forward)])}`,
    `options = ${JSON.stringify(sshd.clientArguments(forward.line.port))}`,
    '',
  ].join('\n');
}
