import { UNLIMITED_STARTS } from '@holdfast/machines';
import type { FleetTunnel, ManagedSpec } from './fleet-tunnel.ts';
import type { TunnelSpec } from './tunnel-spec.ts';

/**
 * What it takes until another value of a key holds: nothing, since it never differs; no more than that the fleet takes it over, with ssh
 * running; forwards that are closed and opened on the connection; or a new ssh, which gets it when it starts and never again.
 */
export type ChangeNeed = 'nothing' | 'live' | 'forwards' | 'new-ssh';

/** The keys that every tunnel has to say. */
type SaidKey = {
  [TKey in keyof ManagedSpec]-?: object extends Pick<FleetTunnel, TKey> ? never : TKey;
}[keyof ManagedSpec];

/** A tunnels file can say it, too, if it can say anything about the key. */
type Usual<TKey extends keyof ManagedSpec> = TKey extends keyof TunnelSpec
  ? TunnelSpec[TKey]
  : ManagedSpec[TKey];

type KeyRow<TKey extends keyof ManagedSpec> = {
  readonly change: ChangeNeed;
  /** Whether two values are one. Default: if they are the same as JSON. */
  readonly isSame?: (one: unknown, other: unknown) => boolean;
} & (TKey extends SaidKey ? unknown : { readonly usual: Usual<TKey> });

/**
 * The keys of a tunnel: what a tunnel has that says nothing, and what a change needs. A key without a row does not compile.
 *
 * How tunnels.toml writes them is another table (`packages/config/src/tunnels/schema/keys.ts`): it needs zod, which no program has to load that
 * uses the library, and its keys are others (`local`, `remote` and `socks` are all `forwards`). It takes the usual values from here, and
 * does not compile either if it leaves a key out.
 */
export const TUNNEL_KEYS: { readonly [TKey in keyof ManagedSpec]-?: KeyRow<TKey> } = {
  // Another name is another tunnel.
  name: { change: 'nothing' },
  host: { change: 'new-ssh' },
  forwards: { usual: [], change: 'forwards' },
  options: { usual: [], change: 'new-ssh' },
  tags: { usual: [], change: 'live' },
  after: { usual: [], change: 'live' },
  // One of your own has functions, which no text tells apart.
  heartbeat: { usual: 'mux', change: 'new-ssh', isSame: Object.is },
  pollMs: { usual: 5000, change: 'live' },
  challenge: { usual: true, change: 'live' },
  patienceMs: { usual: null, change: 'live' },
  release: { usual: false, change: 'live' },
  checks: { usual: [], change: 'live' },
  rules: {
    usual: { gateMs: 0, maxStarts: UNLIMITED_STARTS, restart: 'unlimited' },
    change: 'live',
  },
  enabled: { usual: true, change: 'live' },
  required: { usual: true, change: 'live' },
  // The fleet's.
  ruleSet: { usual: undefined, change: 'new-ssh' },
};
