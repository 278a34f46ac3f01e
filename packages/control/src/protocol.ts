/** Carries `PROTOCOL` in every request and every answer. */
export const PROTOCOL_HEADER = 'holdfast-protocol';

/** Carries the version of the program in every request and every answer. */
export const VERSION_HEADER = 'holdfast-version';

/** Carries the caller's SSH_AUTH_SOCK, with what a header cannot hold encoded as in a URL. Older supervisors do not look at it. */
export const AGENT_HEADER = 'holdfast-agent';

/** More than any socket's path has. */
const LONGEST_AGENT = 128;

/** The header's value for a path; `undefined` for one that is none, or that no socket can have. */
export function formatAgent(path: string | undefined): string | undefined {
  if (path === undefined || !isAgentPath(path)) return undefined;
  try {
    return encodeURIComponent(path);
  } catch {
    return undefined; // half of a surrogate pair
  }
}

/** The path in an agent header; `undefined` if it holds none. */
export function readAgent(header: string | undefined): string | undefined {
  if (header === undefined || header.length > 3 * LONGEST_AGENT) return undefined;
  try {
    const path = decodeURIComponent(header);
    return isAgentPath(path) ? path : undefined;
  } catch {
    return undefined;
  }
}

function isAgentPath(path: string): boolean {
  return path.startsWith('/') && path.length <= LONGEST_AGENT && !path.includes('\0');
}

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
