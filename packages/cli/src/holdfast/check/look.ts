import type { TunnelSpec } from '@holdfast/engine';
import type { SshSettings } from './ssh-settings.ts';

/** A tunnel that is looked at. */
export interface TunnelLook {
  readonly tunnel: TunnelSpec;
  readonly settings: SshSettings;
  /** Key files named on the command line that ssh has not found. */
  readonly missingKeys: readonly string[];
  /** Its ssh, if it runs. */
  readonly pid: number | undefined;
  readonly env: NodeJS.ProcessEnv;
  /** How many keys the agent has. */
  readonly agentKeys: number;
}
