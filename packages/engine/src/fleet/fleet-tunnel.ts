import type { RuleSet, RuleSetName } from '@holdfast/machines';
import type { CustomHeartbeat } from '../heartbeat/custom.ts';
import type { HeartbeatKind, TunnelSpec } from './tunnel-spec.ts';

/** A tunnel as a running fleet works with it: what a tunnels file can say, and what only a program can. */
export interface ManagedSpec extends Omit<TunnelSpec, 'heartbeat'> {
  /** A heartbeat by its name, or one of your own. Two drivers are the same if they are the same object. */
  readonly heartbeat: HeartbeatKind | CustomHeartbeat;
  /** The rule set: one of `RULE_SETS` by its name, or one of your own. Default: the fleet's. */
  readonly ruleSet?: RuleSetName | RuleSet | undefined;
}

/**
 * A tunnel as a program asks for it: a name and a host, and what differs from the defaults.
 *
 * A {@link TunnelSpec} of a tunnels file is one, too; the defaults stand there.
 *
 * @example
 * const db: FleetTunnel = { name: 'db', host: 'bastion', local: ['5432:db.internal:5432'] };
 */
export interface FleetTunnel extends Partial<ManagedSpec> {
  /** What it is called: not empty, and no two tunnels of a fleet have the same. */
  readonly name: string;
  /** Where ssh connects to: `user@host`, a Host of ssh_config, or `ssh://user@host:port`. Not with a hyphen in front. */
  readonly host: string;
  /** Forwards as ssh's -L takes them, such as `5432:db.internal:5432`; they come behind `forwards`. */
  readonly local?: readonly string[] | undefined;
  /** Forwards as ssh's -R takes them, such as `2222:localhost:22`. */
  readonly remote?: readonly string[] | undefined;
  /** Forwards as ssh's -D takes them, such as `1080`. */
  readonly socks?: readonly string[] | undefined;
}
