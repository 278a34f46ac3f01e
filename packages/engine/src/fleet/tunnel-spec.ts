import type { Intensity } from '@holdfast/machines';
import type { Forward, Target } from '../forward/forward.ts';

/** How the connection is asked whether it still carries traffic. */
export type HeartbeatKind = 'mux' | 'loop' | 'echo' | 'none';

/** How a check asks. */
export type CheckQuestion =
  | { readonly kind: 'tcp'; readonly address: Exclude<Target, { kind: 'socks' }> }
  /** Any answer with a status below 400 is enough. */
  | { readonly kind: 'http'; readonly url: string }
  /** Run without a shell; exit status 0 is enough. */
  | { readonly kind: 'command'; readonly command: readonly string[] };

/** A question put through a tunnel, end to end. */
export interface Check {
  /** What is asked. */
  readonly question: CheckQuestion;
  /** The forward it is about, as it is written there; `undefined`: the tunnel as a whole. */
  readonly forward?: string | undefined;
  /** Time from one question to the next, in milliseconds. */
  readonly everyMs: number;
  /** How long the answer may take, in milliseconds. */
  readonly timeoutMs: number;
  /** Whether a check that fails restarts the tunnel; else it is only shown as degraded. */
  readonly restart: boolean;
}

/** When restarting ends. */
export interface TunnelRules {
  /** 0: no gate. */
  readonly gateMs: number;
  /** `UNLIMITED_STARTS`: no limit. */
  readonly maxStarts: number;
  /** How many restarts are allowed in what time; with one more the tunnel has failed. */
  readonly restart: Intensity | 'unlimited';
}

/**
 * A tunnel of a fleet: validated, with the defaults filled in. Plain data.
 *
 * | field | default |
 * |---|---|
 * | `forwards`, `options`, `tags`, `after`, `checks` | none |
 * | `heartbeat` | `mux`: nothing has to be set up for it |
 * | `pollMs` | 5000 |
 * | `challenge` | `true` |
 * | `patienceMs` | `null`: 5 minutes where a second connection can be tried, one minute where it cannot |
 * | `release` | `false` |
 * | `rules` | no gate, any number of starts and restarts |
 * | `enabled` | `true` |
 * | `required` | `true` |
 */
export interface TunnelSpec {
  readonly name: string;
  /** Where ssh connects to: `user@host`, a Host of ssh_config, or `ssh://user@host:port`. */
  readonly host: string;
  /** Local, remote and SOCKS forwards, in this order. */
  readonly forwards: readonly Forward[];
  /** ssh's own arguments, each word a string. Where ssh takes the first of two, they win over Holdfast's. */
  readonly options: readonly string[];
  /** For `selectNames`: what else it can be called by, together with others. */
  readonly tags: readonly string[];
  /** Names of the tunnels that must be healthy first. */
  readonly after: readonly string[];
  /** How the connection is asked. */
  readonly heartbeat: HeartbeatKind;
  /** Time between probes. */
  readonly pollMs: number;
  /** Whether a second connection is tried while ssh does not answer; only with the heartbeat `mux`. */
  readonly challenge: boolean;
  /**
   * How long an ssh that does not answer is kept while nothing else says that it is dead, in milliseconds. `null`: 5 minutes where a second
   * connection can be tried, one minute where it cannot.
   */
  readonly patienceMs: number | null;
  /**
   * Whether a dead session of this tunnel at the server, which still holds the port of a remote forward, is ended there. It takes an account
   * with a shell on Linux, and a command of its own at each login.
   */
  readonly release: boolean;
  /** Questions that are put through the tunnel while it is healthy. */
  readonly checks: readonly Check[];
  /** When restarting ends. */
  readonly rules: TunnelRules;
  /** Whether it is started with the others. */
  readonly enabled: boolean;
  /** Whether all is well only if it is: `/readyz` of a supervisor asks. */
  readonly required: boolean;
}
