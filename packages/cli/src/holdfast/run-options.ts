import type { TunnelSpec } from '@holdfast/engine';
import type { EventLevel } from '@holdfast/engine';
import type { Environment } from './body.ts';
import type { Terminal } from './terminal/terminal.ts';

/** What `holdfast run` needs to keep one tunnel up in the foreground. */
export interface RunOptions {
  readonly tunnel: TunnelSpec;
  /** Events of lower levels are not printed. */
  readonly level: EventLevel;
  /** Events as JSON, one a line, instead of sentences. */
  readonly json: boolean;
  readonly env: Environment;
  readonly terminal: Terminal;
  /** The signals that were ignored when the program was started: ssh ignores them too. */
  readonly ignored: readonly NodeJS.Signals[];
}
