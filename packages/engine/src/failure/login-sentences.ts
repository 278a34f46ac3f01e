import type { FailureClass } from '@holdfast/machines';
import { shellWord } from '@holdfast/text';
import { target, type FailureCause, type FailureFacts } from './facts.ts';

/** Class, sentence and remedy of the causes that have to do with who takes a connection, who may log in, and whose key the server has. */
export const LOGIN_SENTENCES = {
  'closed-early': {
    class: 'throttled',
    sentence: (facts) => `${target(facts)} closed the connection before the login`,
    remedy: () =>
      'if it goes on: look at MaxStartups and PerSourcePenalties of sshd, and at fail2ban',
  },
  'proxy-closed': {
    class: 'throttled',
    sentence: ({ said }) =>
      said === undefined
        ? 'the proxy command or jump host ended before the login, without a word'
        : `the proxy command or jump host ended before the login, and said: ${said}`,
    remedy: () => 'try the ProxyCommand by itself, or log in to the jump host by hand',
  },
  'closed-at-login': {
    class: 'throttled',
    sentence: (facts) =>
      `${target(facts)} closed the connection during the login, and said: ${facts.said}`,
    remedy: () =>
      "look into the server's log: /etc/nologin, PAM or AllowUsers may keep everybody out",
  },
  'too-many-connections': {
    class: 'throttled',
    sentence: (facts) => `${target(facts)} has too many connections`,
    remedy: () => 'raise MaxStartups in its sshd_config, or find out who connects so often',
  },
  penalised: {
    class: 'throttled',
    sentence: (facts) => `${target(facts)} refuses connections from this address for a while`,
    remedy: () =>
      'wait: it punishes failed logins (PerSourcePenalties); find out which tunnel or program fails there',
  },
  denied: {
    class: 'auth',
    sentence: (facts) => `${denied(facts)}${byMethods(facts)}`,
    remedy: () =>
      "see that the key is in authorized_keys there, and here in the agent or IdentityFile; else the server's log tells why",
  },
  'typed-only': {
    class: 'auth',
    sentence: (facts) =>
      `${target(facts)} asks for a password or a code${byMethods(facts)}, and nobody is there to type it`,
    remedy: () =>
      'let it take a key alone (PubkeyAuthentication, AuthenticationMethods), or start this tunnel at a terminal: holdfast run',
  },
  'account-expired': {
    class: 'auth',
    sentence: (facts) => `${target(facts)} refuses the login: the account has expired`,
    remedy: () => 'have the account extended there (chage -E)',
  },
  'key-locked': {
    class: 'auth',
    sentence: (facts) =>
      `${denied(facts)}: the key ${facts.file} has a passphrase, and no agent holds it`,
    remedy: ({ file = '' }) =>
      `add it to the agent (ssh-add ${shellWord(file)}) and let the supervisor know that agent (SSH_AUTH_SOCK), or use a key without a passphrase`,
  },
  'key-certificate-invalid': {
    class: 'auth',
    sentence: (facts) => `${denied(facts)}: the certificate ${facts.file} ${facts.reason}`,
    remedy: () =>
      'have the key signed again by whoever issues your certificates, or see that the clocks are right',
  },
  'key-exposed': {
    class: 'auth',
    sentence: (facts) =>
      `${denied(facts)}: others can read the key ${facts.file}, so ssh does not use it`,
    remedy: ({ file = '' }) => `chmod 600 ${shellWord(file)}`,
  },
  'key-unusable': {
    class: 'auth',
    sentence: (facts) => `${denied(facts)}: ssh cannot use the key ${facts.file}: ${facts.reason}`,
    remedy: ({ file = '' }) =>
      `see that it is a whole private key in a format of OpenSSH's: ssh-keygen -y -f ${shellWord(file)}`,
  },
  'key-missing': {
    class: 'auth',
    sentence: (facts) => `${denied(facts)}: the key ${facts.file} is missing`,
    remedy: () => 'correct its path (-i, or IdentityFile in ssh_config)',
  },
  'agent-refused': {
    class: 'auth',
    sentence: (facts) =>
      `${denied(facts)}: the agent did not sign with the key it has: ${facts.reason}`,
    remedy: () =>
      'it may wait for a confirmation or a touch, or be locked: see ssh-add -l, or name a key that needs neither',
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
    remedy: () => 'do not connect until whoever revoked the key says which key is right',
  },
  'key-unknown': {
    class: 'host-key-unknown',
    sentence: (facts) => `the host key of ${target(facts)} is not known yet`,
    remedy: ({ host }) => `connect once by hand and compare the fingerprint: ${sshTo(host)}`,
  },
  'key-not-confirmed': {
    class: 'host-key-unknown',
    sentence: ({ file, reason }) =>
      file === undefined
        ? 'the host key was not accepted: nobody was there to confirm it'
        : `the host key could not be looked up in ${file}: ${reason}`,
    remedy: ({ file }) =>
      file === undefined
        ? 'connect once by hand and compare the fingerprint'
        : `see that this user can read ${file}`,
  },
  'certificate-invalid': {
    class: 'host-key-unknown',
    sentence: ({ reason }) => `the certificate of the host is not valid: ${reason}`,
    remedy: () =>
      'have the host key signed again there (ssh-keygen -s -h, with this name), or see that the clocks are right',
  },
} as const satisfies Partial<
  Record<
    FailureCause,
    {
      class: FailureClass;
      sentence: (facts: FailureFacts) => string;
      remedy?: (facts: FailureFacts) => string;
    }
  >
>;

/** What all of these have in common. */
function denied(facts: FailureFacts): string {
  return `${target(facts)} refused the login${facts.user === undefined ? '' : ` as ${facts.user}`}`;
}

/** How the server would let somebody in, as the end of a sentence. */
export function byMethods({ methods }: FailureFacts): string {
  return methods ? ` (it accepts ${methods.replaceAll(',', ', ')})` : '';
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
