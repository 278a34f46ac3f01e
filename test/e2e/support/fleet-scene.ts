import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createFleet,
  type Fleet,
  type FleetEvent,
  type FleetOptions,
  type TunnelSpec,
  type TunnelStatus,
} from '@holdfast/engine';
import type { TunnelState } from '@holdfast/machines';
import { expect } from 'vitest';
import { specOf } from '../../../packages/engine/src/testing/tunnel-specs.ts';
import { PATIENT } from './embedded-scene.ts';
import { createRunFolder } from './run-folder.ts';

/** A fleet of a test, with everything that it told. */
export interface FleetScene {
  readonly fleet: Fleet;
  readonly events: readonly FleetEvent[];
  /** The states of a tunnel so far, as its facts tell them. */
  facts(tunnel: string): readonly FleetEvent['fact']['type'][];
  status(tunnel: string): TunnelStatus;
  state(tunnel: string): TunnelState;
  /** How often a fact was told of a tunnel. */
  count(tunnel: string, fact: FleetEvent['fact']['type']): number;
  /** Waits until a tunnel is in a state, and says all about it. */
  reach(tunnel: string, state: TunnelState): Promise<TunnelStatus>;
  /** Waits until a fact was told so often of a tunnel. */
  hear(tunnel: string, fact: FleetEvent['fact']['type'], times?: number): Promise<void>;
}

const endings: (() => Promise<void>)[] = [];

/** Ends every fleet of a test. For `afterEach`, before the servers end. */
export async function endFleets(): Promise<void> {
  for (const end of endings.splice(0).reverse()) await end();
}

/** Makes a fleet whose control sockets are in a folder of its own; nothing runs before `start`. */
export function makeFleet(
  tunnels: readonly TunnelSpec[],
  options: Partial<FleetOptions> = {},
): FleetScene {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-fleet-'));
  const fleet = createFleet({ tunnels, runtimeDir: folder, ...options });
  const events: FleetEvent[] = [];
  fleet.event$.subscribe((event) => events.push(event));
  endings.push(async () => {
    await fleet.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const status = (name: string) => {
    const found = fleet.status().tunnels.find((tunnel) => tunnel.name === name);
    if (found === undefined) throw new Error(`no tunnel ${name}`);
    return found;
  };
  const facts = (name: string) =>
    events.filter(({ tunnel }) => tunnel === name).map(({ fact }) => fact.type);
  const count: FleetScene['count'] = (name, type) =>
    facts(name).filter((each) => each === type).length;
  return {
    fleet,
    events,
    facts,
    count,
    status,
    state: (name) => status(name).state,
    async reach(name, state) {
      await expect.poll(() => status(name).state, PATIENT).toBe(state);
      return status(name);
    },
    async hear(name, type, times = 1) {
      await expect.poll(() => count(name, type), PATIENT).toBeGreaterThanOrEqual(times);
    },
  };
}

/** A tunnel to a server; its own options come first, and so win. */
export function tunnelTo(
  server: Reachable,
  { options = [], ...spec }: Partial<TunnelSpec> & Pick<TunnelSpec, 'name'>,
  port?: number,
): TunnelSpec {
  const { destination: host } = server;
  return specOf({ host, ...spec, options: [...options, ...server.clientArguments(port)] });
}

/** A server that ssh can be led to, also through another port. */
export interface Reachable {
  readonly destination: string;
  clientArguments(port?: number): string[];
}

/** A program that stands in for ssh; its folder is removed with those of all runs. */
export function sshStandIn(...lines: readonly string[]): string {
  return createRunFolder().writeScript('ssh', ...lines);
}
