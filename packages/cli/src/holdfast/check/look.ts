import type { TunnelSpec } from '@holdfast/engine';
import type { SshSettings } from './ssh-settings.ts';

/** A tunnel that is looked at. */
export interface TunnelLook {
  readonly tunnel: TunnelSpec;
  readonly settings: SshSettings;
  /** The keywords that the options of the tunnel set, in lower case: the rest comes from ssh_config. */
  readonly ownKeywords: ReadonlySet<string>;
  /** Key files named on the command line that ssh has not found. */
  readonly missingKeys: readonly string[];
  /** Its ssh, if it runs. */
  readonly pid: number | undefined;
  readonly env: NodeJS.ProcessEnv;
  /** The public keys that the agent has, in base64. */
  readonly agentKeys: readonly string[];
}
