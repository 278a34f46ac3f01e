import { shellWord } from '@holdfast/text';
import type { FailureFacts } from './failure-facts.ts';

/** The other side, as far as it is known. */
export function target({ host, address, port }: FailureFacts): string {
  const name = host ?? address;
  if (name === undefined) return 'the server';
  return port === undefined ? name : `${name} port ${port}`;
}

/** What could not be listened at. */
export function listener({ port, path, address }: FailureFacts): string {
  if (path !== undefined) return `the path ${path}`;
  if (port === undefined) return address === undefined ? 'the port' : `the address ${address}`;
  return address === undefined ? `port ${port}` : `port ${port} at ${address}`;
}

/** How the server would let somebody in, as the end of a sentence. */
export function byMethods({ methods }: FailureFacts): string {
  return methods ? ` (it takes ${methods.replaceAll(',', ', ')})` : '';
}

/** What the system said, as the end of a sentence. */
export function because({ reason }: FailureFacts): string {
  return reason === undefined ? '' : `: ${reason}`;
}

/** The command that forgets a host key. */
export function removeKey({ host, file }: FailureFacts): string {
  if (host === undefined || host.startsWith('-'))
    return 'compare the fingerprints before anything else';
  const from = file === undefined ? '' : ` -f ${shellWord(file)}`;
  return `if the change was meant, remove the old key: ssh-keygen${from} -R ${shellWord(host)}`;
}

/** The command that connects by hand. `known_hosts` writes a port that is not 22 as `[host]:port`. */
export function sshTo(host = ''): string {
  const [, name = host, port] = /^\[(.+)\]:(\d+)$/.exec(host) ?? [];
  if (name === '' || name.startsWith('-')) return 'ssh';
  return `ssh ${port === undefined ? '' : `-p ${port} `}${shellWord(name)}`;
}
