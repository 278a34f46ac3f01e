import type { FailureClass, FailureReport } from '@holdfast/machines';
import { shellWord } from '@holdfast/text';
import { because, listener, target, type FailureCause, type FailureFacts } from './facts.ts';
import { LOGIN_SENTENCES } from './login-sentences.ts';

/** What went wrong: what the machine is told, and what only people and programs ask for. */
export interface Failure extends FailureReport {
  /** Why, more finely than the class says. */
  readonly cause: FailureCause;
  /** What its sentence is made of. */
  readonly facts: FailureFacts;
  /** Where on the way it was, if not at the server that this ssh connects to itself: at a jump host before it, or behind one. */
  readonly hop?: 'at' | 'behind';
}

/** A failure with its class, sentence and remedy. `line`: what ssh wrote about it; empty if it wrote nothing. */
export function failureOf(
  cause: FailureCause,
  line: string,
  facts: FailureFacts,
  hop?: Failure['hop'],
): Failure {
  const words = FAILURE_SENTENCES[cause];
  const remedy = words.remedy?.(facts);
  const where = hop === undefined ? '' : HOP_WORDS[hop];
  return {
    class: words.class,
    cause,
    ...(line === '' ? {} : { line }),
    facts,
    ...(hop === undefined ? {} : { hop }),
    sentence: `${where}${words.sentence(facts).replace(/\.+$/, '')}`,
    ...(remedy === undefined ? {} : { remedy }),
  };
}

/** The same failure, known better. */
export function refined(
  known: Failure,
  better: Partial<Pick<Failure, 'cause' | 'line' | 'facts' | 'hop'>>,
): Failure {
  const { cause, line = '', facts, hop } = { ...known, ...better };
  return failureOf(cause, line, facts, hop);
}

/** Which of several connections failed. */
const HOP_WORDS = {
  at: 'at a jump host on the way: ',
  behind: 'behind the jump host: ',
} as const;

/** The part of a failure that the machine is told. */
export function failureReport({ class: name, sentence, remedy, line }: Failure): FailureReport {
  return {
    class: name,
    sentence,
    ...(remedy === undefined ? {} : { remedy }),
    ...(line === undefined ? {} : { line }),
  };
}

/** A cause in words: what happened, and what can be done. */
interface CauseWords {
  readonly class: FailureClass;
  readonly sentence: (facts: FailureFacts) => string;
  readonly remedy?: (facts: FailureFacts) => string;
}

/** Class, sentence and remedy of every cause. */
export const FAILURE_SENTENCES: Readonly<Record<FailureCause, CauseWords>> = {
  ...LOGIN_SENTENCES,
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
    sentence: (facts) => `no route to ${target(facts)}`,
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
    sentence: (facts) => `unknown host "${facts.host}": neither ssh_config nor DNS has it`,
    remedy: ({ host = '' }) =>
      `if "${host}" is an alias, look for it in ssh_config: ssh -G ${shellWord(host)}`,
  },
  'no-ssh-there': {
    class: 'unreachable',
    sentence: (facts) =>
      `what answers at ${target(facts)} is not an SSH server${facts.what === undefined ? '' : ` but ${facts.what}`}`,
    remedy: () =>
      'see that the port is right, and that no sign-in page of a network answers instead',
  },
  'no-greeting': {
    class: 'unreachable',
    sentence: (facts) => `${target(facts)} accepted the connection, and then said nothing in time`,
    remedy: () =>
      'see that no firewall swallows packets, that the host is not overloaded, and that the port is right',
  },
  'remote-port-held': {
    class: 'remote-port-held',
    sentence: (facts) => `the server did not give ${listener(facts)}: it is held, or not allowed`,
    remedy: () =>
      'a dead session may hold it until the server notices (ClientAliveInterval in sshd_config), or, if the tunnel has the key release, until Holdfast ends it; else look at AllowTcpForwarding and PermitListen',
  },
  'remote-path-refused': {
    class: 'remote-port-held',
    sentence: ({ path }) =>
      `the server did not open the socket ${path}: a file is there already, such as the one that the last session left, or it is not allowed`,
    remedy: ({ path = '' }) =>
      `set StreamLocalBindUnlink yes in sshd_config there, or remove the file there: rm ${shellWord(path)}; else look at its folder and at AllowStreamLocalForwarding`,
  },
  'local-path-taken': {
    class: 'local-port-held',
    sentence: ({ path }) =>
      `${path} exists already: it is the socket of another program, or a file that was left behind`,
    remedy: ({ path = '' }) =>
      `see who listens there (ss -lxp src ${shellWord(path)}); if nobody does, remove it: rm ${shellWord(path)}`,
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
  'config-exposed': {
    class: 'usage',
    sentence: ({ file }) =>
      `others can write to ${file}, or it belongs to somebody else, so ssh does not read it`,
    remedy: ({ file = '' }) => `chmod 600 ${shellWord(file)}, and see that it is this user's`,
  },
  'path-too-long': {
    class: 'usage',
    sentence: ({ path }) => `the path of a Unix socket is too long: ${path}`,
    remedy: () =>
      'choose a shorter one: 107 bytes at most, of which ssh needs 17 for itself in the path of a control socket',
  },
  'ssh-broken': {
    class: 'usage',
    sentence: ({ problem }) => `ssh cannot start: ${problem}`,
    remedy: () => 'install the OpenSSH client again, or correct LD_LIBRARY_PATH',
  },
  'nothing-left': {
    class: 'local-lack',
    sentence: ({ reason }) => `this machine lacks what ssh needs: ${reason}`,
    remedy: () => 'see its limits of open files and processes (ulimit -n, -u), its memory and disk',
  },
  'no-user-here': {
    class: 'local-lack',
    sentence: ({ uid }) => `this machine has no user with the id ${uid}`,
    remedy: ({ uid }) =>
      `if it goes on: see that the user database answers (getent passwd ${uid}); at boot it may be late`,
  },
  'no-control-socket': {
    class: 'local-lack',
    sentence: ({ path, reason }) => `ssh cannot make its control socket ${path}: ${reason}`,
    remedy: () => "see that the folder is there, is this user's, and has room",
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
  'dropped-by-signal': {
    class: 'dropped',
    sentence: ({ signal }) => `ssh was killed by ${signal}`,
    remedy: killedRemedy,
  },
  'dropped-in-peace': {
    class: 'dropped',
    sentence: () => 'ssh ended without an error, and nobody here told it to',
  },
  'dropped-with-status': {
    class: 'dropped',
    sentence: ({ status }) => `ssh ended with status ${status}, and nobody here told it to`,
  },
  killed: {
    class: 'unknown',
    sentence: ({ signal }) => `ssh was killed by ${signal}`,
    remedy: killedRemedy,
  },
  'ended-well': {
    class: 'unknown',
    sentence: () => 'ssh ended without an error, and forwards nothing',
    remedy: () =>
      'if ssh_config has ControlMaster or ControlPath for this host, set both to no and none',
  },
  'ended-with-status': {
    class: 'unknown',
    sentence: ({ status }) => `ssh ended with status ${status}, that of a command at the other end`,
  },
  silenced: {
    class: 'unknown',
    sentence: ({ silencedBy }) =>
      silencedBy?.elsewhere === undefined
        ? `ssh failed, and ${silencedBy?.option} in the options of the tunnel keeps it from saying why`
        : `ssh failed, and says why to ${silencedBy.elsewhere} (${silencedBy.option} in the options of the tunnel)`,
    remedy: ({ silencedBy }) =>
      `take ${silencedBy?.option} out of the options, and the next failure is explained`,
  },
  'not-understood': {
    class: 'unknown',
    sentence: ({ reason }) =>
      `ssh failed${reason === undefined ? ' and said nothing' : `: ${reason}`}`,
  },
};

/** Nobody but a person or the system sends SIGKILL. */
function killedRemedy({ signal }: FailureFacts): string {
  return signal === 'SIGKILL'
    ? 'if nobody sent it by hand: the system kills processes when memory runs out (journalctl -k, dmesg)'
    : 'find out who sent that signal';
}
