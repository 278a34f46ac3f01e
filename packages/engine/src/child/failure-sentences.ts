import type { FailureClass } from '@holdfast/machines';
import type { FailureCause } from './failure-texts.ts';

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
  /** What the system, or ssh, says itself. */
  readonly reason?: string;
  readonly problem?: string;
  readonly status?: number;
  readonly signal?: string;
}

/** A cause in words: what happened, and what can be done. */
interface Words {
  readonly class: FailureClass;
  readonly sentence: (facts: FailureFacts) => string;
  readonly remedy?: (facts: FailureFacts) => string;
}

/** Class, sentence and remedy of every cause. */
export const FAILURE_WORDS: Readonly<Record<FailureCause, Words>> = {
  refused: {
    class: 'unreachable',
    sentence: (facts) => `${target(facts)} refused the connection: nobody listens there`,
    remedy: () => 'see that sshd runs there, and that the port is the right one',
  },
  'timed-out': {
    class: 'unreachable',
    sentence: (facts) => `${target(facts)} did not answer in time`,
    remedy: () => 'see that the host is on, and that no firewall drops the connection',
  },
  'no-route': {
    class: 'unreachable',
    sentence: (facts) => `there is no way to ${target(facts)}`,
    remedy: () => 'see that this machine is online, and its VPN up if the host is behind one',
  },
  'no-connection': {
    class: 'unreachable',
    sentence: (facts) => `no connection to ${target(facts)}: ${facts.reason ?? 'no reason given'}`,
  },
  'no-address': {
    class: 'unreachable',
    sentence: (facts) => `no address for ${target(facts)}: ${facts.reason ?? 'not known'}`,
    remedy: () => 'see that this machine is online, and that the name is right',
  },
  'unknown-name': {
    class: 'unreachable',
    sentence: (facts) => `nobody knows a host "${facts.host}": neither ssh_config nor DNS`,
    remedy: ({ host }) =>
      `if "${host}" is an alias, look for it in ssh_config: ssh -G ${quote(host)}`,
  },
  'no-ssh-there': {
    class: 'unreachable',
    sentence: (facts) => `what answers at ${target(facts)} is no SSH server`,
    remedy: () =>
      'see that the port is right, and that no sign-in page of a network answers instead',
  },
  'closed-early': {
    class: 'throttled',
    sentence: (facts) => `${target(facts)} closed the connection before the login`,
    remedy: () =>
      'if it goes on: look at MaxStartups and PerSourcePenalties of sshd, and at fail2ban',
  },
  'no-greeting': {
    class: 'throttled',
    sentence: (facts) => `${target(facts)} took the connection, and then said nothing in time`,
    remedy: () => 'see that the server is not overloaded, and that the port is right',
  },
  'proxy-closed': {
    class: 'throttled',
    sentence: () => 'the connection through the jump host or proxy command ended before the login',
    remedy: () => 'the lines before it are from the jump host or proxy command: look there',
  },
  'too-many-connections': {
    class: 'throttled',
    sentence: (facts) => `${target(facts)} has too many connections`,
  },
  denied: {
    class: 'auth',
    sentence: (facts) =>
      `${target(facts)} did not let ${facts.user ?? 'this user'} in${byMethods(facts)}`,
    remedy: () =>
      'see that the key is in authorized_keys there, and here in the agent or IdentityFile',
  },
  'too-many-keys': {
    class: 'auth',
    sentence: (facts) => `${target(facts)} lost patience: too many keys were tried`,
    remedy: () => 'name the one key: IdentityFile, and IdentitiesOnly yes',
  },
  'nothing-in-common': {
    class: 'auth',
    sentence: ({ what, offer, ...facts }) =>
      `${target(facts)} and this ssh have no ${what} in common: it offers ${offer}`,
    remedy: () =>
      'update the older side, or allow what it offers (HostKeyAlgorithms, KexAlgorithms, Ciphers, MACs)',
  },
  'jump-forbidden': {
    class: 'auth',
    sentence: () => 'the jump host does not connect to where it was asked to',
    remedy: () => 'look at AllowTcpForwarding and PermitOpen of the jump host',
  },
  'key-changed': {
    class: 'host-key-changed',
    sentence: (facts) =>
      `the host key of ${target(facts)} has changed: it may be another machine, or an attack`,
    remedy: removeKey,
  },
  'key-revoked': {
    class: 'host-key-changed',
    sentence: (facts) => `the host key of ${target(facts)} is revoked`,
    remedy: () => 'do not connect before whoever revoked the key has said what is right',
  },
  'key-unknown': {
    class: 'host-key-unknown',
    sentence: (facts) => `the host key of ${target(facts)} is not known yet`,
    remedy: ({ host }) => `connect once by hand and compare the fingerprint: ${sshTo(host)}`,
  },
  'key-not-confirmed': {
    class: 'host-key-unknown',
    sentence: () => 'the host key was not accepted: nobody was there to confirm it',
    remedy: () => 'connect once by hand and compare the fingerprint',
  },
  'remote-port-held': {
    class: 'remote-port-held',
    sentence: (facts) => `the server did not give ${listener(facts)}: it is held, or not allowed`,
    remedy: () =>
      'a dead session may hold it until the server notices (ClientAliveInterval in sshd_config); else look at AllowTcpForwarding and PermitListen',
  },
  'local-port-held': {
    class: 'local-port-held',
    sentence: (facts) => `${listener(facts)} of this machine is held by another program`,
    remedy: ({ port }) =>
      `end that program${port === undefined ? '' : ` (ss -ltnp sport = :${port})`}, or choose another port`,
  },
  'local-port-half-held': {
    class: 'local-port-held',
    sentence: ({ port, address }) =>
      `another program holds port ${port} at ${address}, and ssh listens only at the other address: some connections go astray`,
    remedy: ({ port }) =>
      `end that program (ss -ltnp sport = :${port}), or bind one address: 127.0.0.1:${port}:…`,
  },
  'local-port-unusable': {
    class: 'local-port-held',
    sentence: (facts) => `ssh cannot listen at ${listener(facts)} of this machine: ${facts.reason}`,
    remedy: () => 'choose another port or address',
  },
  'bad-usage': {
    class: 'usage',
    sentence: ({ problem }) =>
      `ssh does not understand its settings: ${problem ?? 'no host is named'}`,
    remedy: () => 'correct the setting',
  },
  'bad-config': {
    class: 'usage',
    sentence: ({ file, row, problem }) =>
      `ssh does not understand ${file}${row === undefined ? '' : `, line ${row}`}: ${problem ?? 'bad configuration options'}`,
    remedy: () => 'correct the line',
  },
  'ssh-missing': {
    class: 'usage',
    sentence: ({ reason }) => `ssh cannot be run: ${reason}`,
    remedy: () => 'install the OpenSSH client, or correct its path',
  },
  'connection-lost': {
    class: 'dropped',
    sentence: (facts) => `the connection to ${target(facts)} was lost${because(facts)}`,
  },
  'no-answer': {
    class: 'dropped',
    sentence: (facts) => `${target(facts)} no longer answered`,
  },
  killed: {
    class: 'unknown',
    sentence: ({ signal }) => `ssh was killed by ${signal}`,
  },
  'ended-well': {
    class: 'unknown',
    sentence: () => 'ssh ended as if all were well, and nothing is forwarded by it',
    remedy: () =>
      'if ssh_config has ControlMaster or ControlPath for this host, set both to no and none',
  },
  'ended-with-status': {
    class: 'unknown',
    sentence: ({ status }) => `ssh ended with status ${status}, that of a command at the other end`,
  },
  'not-understood': {
    class: 'unknown',
    sentence: ({ reason }) =>
      `ssh failed${reason === undefined ? ' and said nothing' : `: ${reason}`}`,
  },
};

function target({ host, address, port }: FailureFacts): string {
  const name = host ?? address;
  if (name === undefined) return 'the server';
  return port === undefined ? name : `${name} port ${port}`;
}

function listener({ port, path, address }: FailureFacts): string {
  if (path !== undefined) return `the path ${path}`;
  if (port === undefined) return 'the port';
  return address === undefined ? `port ${port}` : `port ${port} at ${address}`;
}

function byMethods({ methods }: FailureFacts): string {
  return methods ? ` (it takes ${methods.replaceAll(',', ', ')})` : '';
}

function because({ reason }: FailureFacts): string {
  return reason === undefined ? '' : `: ${reason}`;
}

function removeKey({ host, file }: FailureFacts): string {
  if (host === undefined || host.startsWith('-'))
    return 'compare the fingerprints before anything else';
  const from = file === undefined ? '' : ` -f ${quote(file)}`;
  return `if the change was meant, remove the old key: ssh-keygen${from} -R ${quote(host)}`;
}

/** `known_hosts` writes a port that is not 22 as `[host]:port`. */
function sshTo(host = ''): string {
  const [, name = host, port] = /^\[(.+)\]:(\d+)$/.exec(host) ?? [];
  if (name === '' || name.startsWith('-')) return 'ssh';
  return `ssh ${port === undefined ? '' : `-p ${port} `}${quote(name)}`;
}

/** One word for a shell: these lines are pasted, and their parts come from elsewhere. */
function quote(word = ''): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
