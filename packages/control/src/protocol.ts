/** Carries `PROTOCOL` in every request and every answer. */
export const PROTOCOL_HEADER = 'holdfast-protocol';

/** Carries the version of the program in every request and every answer. */
export const VERSION_HEADER = 'holdfast-version';

/** One side of a conversation. */
export interface Speaker {
  /** `undefined`: it did not say. */
  readonly version?: string | undefined;
  readonly protocol: number;
}

/** What people are told when supervisor and command would misunderstand each other. */
export function wrongProtocolSentence(supervisor: Speaker, command: Speaker): string {
  return `the running supervisor is ${describe(supervisor)}, this command is ${describe(command)}: run "holdfast down" and "holdfast up" again`;
}

function describe({ version, protocol }: Speaker): string {
  const known = version !== undefined && /^[\w.+-]{1,40}$/.test(version) ? ` ${version}` : '';
  return `holdfast${known} (protocol ${protocol})`;
}

/** The number in a protocol header; `undefined` if it holds none. */
export function readProtocol(header: string | undefined): number | undefined {
  return header !== undefined && /^\d{1,9}$/.test(header) ? Number(header) : undefined;
}
