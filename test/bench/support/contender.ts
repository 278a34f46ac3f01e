import { ECHO_PORT } from '../../e2e/support/sshd-namespace.ts';
import type { RelayLine } from '../../e2e/support/relay.ts';

/** A port of this machine that leads to the echo service of the server. */
export interface EchoForward {
  readonly line: RelayLine;
  readonly port: number;
  /** What ssh takes as the destination of the line, and the options that lead it there. */
  readonly destination: string;
  readonly options: readonly string[];
}

/** A program that keeps forwards up. */
export interface Contender {
  readonly name: string;
  /** Starts what keeps one ssh up for each forward; returns as soon as that is started. */
  start(forwards: readonly EchoForward[]): Promise<void>;
  /** The pids of all that runs for it. */
  processes(): number[];
  /** Ends everything. */
  stop(): Promise<void>;
}

/** The forward as ssh's -L takes it. */
export function forwardText({ port }: EchoForward): string {
  return `${port}:127.0.0.1:${ECHO_PORT}`;
}
