import type { ReleaseDifference, ReleaseObstacle } from '../../release/session-commands.ts';
import type { FleetFact } from '../fleet-event.ts';

/** What is told of sessions at the server. */
export type SessionFact = Extract<
  FleetFact,
  { type: 'session.released' | 'session.kept' | 'session.unnoted' }
>;

const OBSTACLES: Readonly<Record<ReleaseObstacle, string>> = {
  'no-answer': 'the server did not answer in time',
  'no-shell': 'the account runs no commands (a forced command, no shell, or no sessions)',
  'no-proc': 'the server is not Linux, or shows no /proc',
  'no-session': 'no process of OpenSSH is above the command (another server, or a container)',
  'foreign-session': 'its process runs as another user',
  'not-permitted': 'the server does not allow the account to signal it',
  'does-not-end': 'not even SIGKILL ended it',
};

const DIFFERENCES: Readonly<Record<ReleaseDifference, string>> = {
  boot: 'the server has booted since, or it is another machine',
  pidNamespace: 'commands now run in another pid namespace',
  uid: 'the account is now another',
  start: 'it has ended, and another process has its pid',
  name: 'the process with its pid has another name',
  'this-session': 'it is the session of this connection',
};

/** What became of a session at the server, as the sentence of an event, and whether it went wrong. */
export function releaseSentence(fact: SessionFact): readonly ['info' | 'warning', string] {
  switch (fact.type) {
    case 'session.released':
      return fact.hadEnded
        ? ['info', `the earlier session of this tunnel at the server (pid ${fact.pid}) has ended`]
        : [
            'info',
            `an earlier session of this tunnel still ran at the server (pid ${fact.pid}) and was ended there`,
          ];
    case 'session.kept': {
      const why = { ...OBSTACLES, ...DIFFERENCES }[fact.reason];
      return [
        'warning',
        `the earlier session of this tunnel at the server (pid ${fact.pid}) was left alone: ${why}`,
      ];
    }
    case 'session.unnoted': {
      const { reason, problem } = fact;
      const why = reason === 'not-written' ? problem : OBSTACLES[reason];
      return [
        'warning',
        `release will not help: the session of this tunnel at the server could not be noted: ${why}`,
      ];
    }
  }
}
