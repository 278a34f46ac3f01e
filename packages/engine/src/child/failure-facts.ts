import type { Silence } from '../ssh-options/silence.ts';

/** What a text of ssh says about the failure: each fact only where it is known. */
export interface FailureFacts {
  readonly host?: string;
  readonly port?: number;
  readonly user?: string;
  /** The address that could not be bound. */
  readonly address?: string;
  /** A Unix socket. */
  readonly path?: string;
  /** A file, and the line in it. */
  readonly file?: string;
  readonly row?: number;
  /** Ways to log in that the server would have taken, or algorithms that it would. */
  readonly methods?: string;
  readonly what?: string;
  readonly offer?: string;
  /** The number of a user of this machine. */
  readonly uid?: string;
  /** What the other side, or a proxy, said in its own words. */
  readonly said?: string;
  /** What the system, or ssh, says itself. */
  readonly reason?: string;
  readonly problem?: string;
  /** The option that keeps ssh from saying why, and where it says it instead. */
  readonly silencedBy?: Silence;
  readonly status?: number;
  readonly signal?: string;
}
