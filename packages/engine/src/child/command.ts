import type { FailureReport, SshExit } from '@holdfast/machines';
import type { EndsWithSsh } from './offspring.ts';

/** How a launch ended: the child exited, or it never ran. */
export type ChildEnd = { readonly exit: SshExit } | { readonly unrunnable: string };

/** What is still to be set up when the socket is there; a failure is an answer, and never thrown. */
export type Prepare = () => Promise<FailureReport | undefined>;

/** Whoever hears what one ssh writes to stderr, and says at its end what went wrong. */
export interface LastWords {
  /** Hears a line, cut at LF and only there: the CR that ssh's own lines end with is in it. */
  hear(line: string): void;
  /** `undefined` if nothing did. A promise where somebody has to look first; it is never rejected. */
  explain(
    end: ChildEnd,
    ageMs: number,
  ): FailureReport | undefined | Promise<FailureReport | undefined>;
}

/** Thrown instead of a command when it is known before the start that ssh would fail. */
export class StartRefused extends Error {
  override readonly name = 'StartRefused';
  readonly failure: FailureReport;

  constructor(failure: FailureReport) {
    super(failure.sentence);
    this.failure = failure;
  }
}

/** One program to be run; none of its words is ever read by a shell. */
export interface SshCommand {
  /** The program as the user named it; it is searched for in PATH when it has no slash. */
  readonly file: string;
  /** Its arguments, each handed over as it is. */
  readonly args: readonly string[];
  /** The tunnel that it is for, as people call it. Default: none of many. */
  readonly tunnel?: string | undefined;
  /** Its whole environment. Default: this process's own. */
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** Whether ssh may live on when this process dies without a chance to end it. Default: no, where the system can help it. */
  readonly survivesParent?: boolean | undefined;
  /** Who ends with ssh, besides itself. Default: `descendants`. */
  readonly endsWithSsh?: EndsWithSsh | undefined;
  /** Signals that it ignores from its start on; SIGTERM never is one. Default: none, it gets every default action. */
  readonly ignores?: readonly NodeJS.Signals[] | undefined;
  /**
   * What the system sends ssh when this process has died without a chance to end it. KILL also ends one that is stopped, but lets it
   * put no terminal in order. Default: TERM.
   */
  readonly deathSignal?: 'TERM' | 'KILL' | undefined;
  /**
   * Whether ssh's stderr passes through this process to its own, without the line that ssh writes for each probe that its server refuses.
   * Default: no, ssh inherits stderr.
   */
  readonly passesStderr?: boolean | undefined;
  /** Hears each line that passes. */
  readonly overhear?: ((line: string) => void) | undefined;
  /**
   * Makes a reader of the last words of one ssh. When set, ssh has no stdin and no stdout, and its stderr goes to this reader
   * and nowhere else.
   */
  readonly lastWords?: (() => LastWords) | undefined;
  /** A file that appears when ssh has logged in and set up its forwards: its control socket. Default: nobody is told. */
  readonly readyPath?: string | undefined;
  /** What has to be set up when that file is there, before ssh counts as ready. Default: nothing. */
  readonly prepare?: Prepare | undefined;
}
