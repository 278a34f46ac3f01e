import type { Intensity } from '@holdfast/machines';
import type { Check } from './check-schema.ts';
import type { Forward } from './forward.ts';
import type { DefaultsTable, Heartbeat, TunnelTable } from './schema.ts';

/** A tunnel as its file describes it: validated, with the defaults filled in. Plain data. */
export interface Tunnel {
  readonly name: string;
  readonly host: string;
  /** Local, remote and SOCKS forwards, in this order. */
  readonly forwards: readonly Forward[];
  /** ssh's own arguments: the tunnel's, then those of all. */
  readonly options: readonly string[];
  readonly tags: readonly string[];
  /** Names of the tunnels that must be healthy first. */
  readonly after: readonly string[];
  readonly heartbeat: Heartbeat;
  readonly pollMs: number;
  readonly checks: readonly Check[];
  readonly rules: TunnelRules;
  readonly enabled: boolean;
}

/** When restarting ends. */
export interface TunnelRules {
  /** 0: no gate. */
  readonly gateMs: number;
  /** `UNLIMITED_STARTS`: no limit. */
  readonly maxStarts: number;
  readonly restart: Intensity | 'unlimited';
}

/**
 * Fills what a tunnel does not say from `[defaults]`.
 *
 * Lists are joined. The tunnel's options come first: of two values for one option ssh takes the first.
 *
 * @see ssh_config(5): "the first obtained value will be used".
 */
export function completeTunnel(name: string, table: TunnelTable, defaults: DefaultsTable): Tunnel {
  const rules = table.rules ?? {};
  return {
    name,
    host: table.host,
    forwards: [...table.local, ...table.remote, ...table.socks],
    options: [...table.options, ...defaults.options],
    tags: [...new Set([...table.tags, ...defaults.tags])],
    after: [...new Set(table.after)],
    heartbeat: table.heartbeat ?? defaults.heartbeat,
    pollMs: table.poll ?? defaults.poll,
    checks: table.check,
    rules: {
      gateMs: rules.gate ?? defaults.rules.gate,
      maxStarts: rules.max_starts ?? defaults.rules.max_starts,
      restart: rules.restart ?? defaults.rules.restart,
    },
    enabled: table.enabled ?? defaults.enabled,
  };
}
