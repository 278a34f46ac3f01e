import type { EmbeddedServer } from '@holdfast/demo';
import type { TunnelStatus } from '@holdfast/engine';
import { startServer } from './embedded-scene.ts';
import { findFreePorts } from './free-ports.ts';
import {
  createHoldfastScene,
  echoForward,
  type HoldfastScene,
  tunnelToServer,
} from './holdfast.ts';

/** A file with one tunnel `db` to a server, which forwards the first of some free ports in a row. */
export interface ForwardingScene {
  readonly server: EmbeddedServer;
  readonly port: number;
  readonly scene: HoldfastScene;
}

/** Makes a scene in which nothing runs yet. */
export async function createForwardingScene(ports = 1): Promise<ForwardingScene> {
  const server = await startServer();
  const port = await findFreePorts(ports);
  const scene = createHoldfastScene();
  scene.write(tunnelToServer('db', server, { local: [echoForward(port)] }));
  return { server, port, scene };
}

/** Makes a scene with a supervisor whose tunnel is healthy; `before` is what it says of the tunnel then. */
export async function startForwardingScene(ports: number) {
  const made = await createForwardingScene(ports);
  await made.scene.up('--wait', '90s');
  return { ...made, before: await tunnelOf(made.scene) };
}

/** What the supervisor of a scene says about a tunnel. */
export async function tunnelOf(scene: HoldfastScene, name = 'db'): Promise<TunnelStatus> {
  const tunnel = (await scene.status()).tunnels.find((each) => each.name === name);
  if (tunnel === undefined) throw new Error(`there is no tunnel ${name}`);
  return tunnel;
}
