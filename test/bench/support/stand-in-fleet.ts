import { chmodSync, copyFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { findFreePorts } from '../../e2e/support/free-ports.ts';
import { createHoldfastScene, type HoldfastScene } from '../../e2e/support/holdfast.ts';

const STAND_IN = fileURLToPath(new URL('mux-ssh.pl', import.meta.url));

/** A supervisor whose tunnels are up. */
export interface StandInFleet {
  readonly scene: HoldfastScene;
  readonly supervisorPid: number;
  /** The pid of each stand-in. */
  readonly childPids: readonly number[];
}

/**
 * Runs something while a supervisor keeps so many tunnels up, at its defaults, over a tiny stand-in for ssh.
 *
 * Each tunnel has one local forward and goes to a host of its own, so that none waits for another.
 */
export async function withStandInFleet<T>(
  tunnels: number,
  use: (fleet: StandInFleet) => Promise<T>,
): Promise<T> {
  const scene = createHoldfastScene();
  try {
    putStandIn(scene);
    scene.write(await fleetText(tunnels));
    // Longer than the scene lets a command run: it is the scene that gives up.
    await scene.up('--wait', '2m');
    return await use(await inspect(scene, tunnels));
  } finally {
    await scene.holdfast('down');
    await scene.end();
  }
}

function putStandIn(scene: HoldfastScene): void {
  const ssh = scene.folder.file('bin/ssh');
  copyFileSync(STAND_IN, ssh);
  chmodSync(ssh, 0o755);
}

async function fleetText(tunnels: number): Promise<string> {
  const first = await findFreePorts(tunnels);
  const blocks = Array.from({ length: tunnels }, (_, index) => [
    `[tunnels.t${index}]`,
    `host = "host-${index}.example"`,
    `local = ["${first + index}:localhost:80"]`,
    '',
  ]);
  return blocks.flat().join('\n');
}

async function inspect(scene: HoldfastScene, expected: number): Promise<StandInFleet> {
  const hello = await scene.hello();
  const { tunnels } = await scene.status();
  const pids = tunnels.flatMap(({ state, pid }) =>
    (state === 'healthy' || state === 'probing') && pid !== null ? [pid] : [],
  );
  if (hello === undefined || pids.length !== expected) {
    throw new Error(`${pids.length} of ${expected} tunnels are healthy`);
  }
  return { scene, supervisorPid: hello.pid, childPids: pids };
}
