import type { FailureClass } from '@holdfast/machines';
import { because, byMethods, listener, quote, removeKey, sshTo, target } from './failure-parts.ts';
import type { FailureFacts } from './failure-facts.ts';
import type { FailureCause } from './failure-texts.ts';

export type { FailureFacts };

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
