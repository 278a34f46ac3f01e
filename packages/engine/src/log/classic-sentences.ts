import type { SshExit, TunnelEmitted, TunnelEnd, Untaken } from '@holdfast/machines';
import { constants } from 'node:os';
import { LOG_LEVELS, type LogLevel, type LogRecord } from './log-record.ts';

type StopBegan = Extract<TunnelEmitted, { readonly type: 'stop.began' }>;

type Line = readonly [level: LogLevel, text: string];

const { error, warning, info, debug } = LOG_LEVELS;

/** What autossh's log calls the outcome of a look at its child: restart, normal end, error end. */
const EXPIRED = { restart: 1, stop: 2, fail: 3 } as const;

/**
 * The log lines for a fact, in autossh's own words, since people grep them.
 *
 * @see docs/rules.md, LOG-3 to LOG-5; autossh 1.4g with AUTOSSH_DEBUG.
 */
export function classicLines(fact: TunnelEmitted): LogRecord[] {
  return lines(fact).map(([level, text]) => ({ level, text, fact }));
}

function lines(fact: TunnelEmitted): Line[] {
  switch (fact.type) {
    case 'backoff.began':
      return backoffLines(fact.tries, fact.graceSeconds);
    case 'start.began':
      return [[info, `starting ssh (count ${count(fact.start, fact.maxStarts)})`]];
    case 'start.succeeded':
      return [[info, `ssh child pid is ${fact.pid}`], ...watch(fact.pid, fact.firstPollSeconds)];
    case 'probe.began':
      return [[debug, 'received SIGALRM (end-of-life 0)']];
    case 'probe.answered':
      return [[debug, 'connection ok'], ...watch(fact.pid, fact.pollSeconds)];
    case 'probe.missed':
      return [[info, fact.reason]];
    case 'probe.impossible':
      return [[warning, `no heartbeat: ${fact.reason}`]];
    case 'probe.unsent':
      return [[warning, `cannot test the connection from here, ssh is kept: ${fact.reason}`]];
    case 'probe.sent':
      return [[info, 'the connection can be tested again']];
    case 'probes.left-out':
      return [[warning, leftOutText(fact.why, fact.isSure)]];
    case 'probes.resumed':
      return [[info, 'testing the connection again']];
    case 'child.ended':
      return [
        exitLine(fact.exit, fact.verdict, fact.premature),
        [debug, `expired child, returning ${EXPIRED[fact.verdict]}`],
      ];
    case 'stop.began':
      return [[info, stopText(fact)]];
    case 'child.killed':
      return [[warning, `ssh (pid ${fact.pid}) does not end, sending SIGKILL`]];
    case 'child.abandoned':
      return [[error, `ssh (pid ${fact.pid}) did not end after SIGKILL; it is left behind`]];
    case 'tunnel.ended':
      return endLines(fact.end);
    // Facts of fleets, whose log has sentences of its own.
    case 'start.asked':
    case 'child.ready':
    case 'tunnel.proved':
    case 'suspicion.began':
    case 'suspicion.lasts':
    case 'suspicion.ended':
    case 'challenger.asked':
    case 'challenger.settled':
    case 'challenger.started':
    case 'challenger.ready':
    case 'challenger.ended':
    case 'tunnel.switched':
      return [];
  }
}

function leftOutText(why: Untaken, isSure: boolean): string {
  const what =
    why === 'ended' ? 'ssh ended at its first connection test' : 'no answer to the first tests';
  return isSure
    ? `the server does not take connection tests (${what}), going on without for an hour`
    : `${what} twice in a row, this ssh goes on without`;
}

function count(start: number, maxStarts: number): string {
  return maxStarts < 0 ? `${start}` : `${start} of ${maxStarts}`;
}

function watch(pid: number | null, seconds: number): Line[] {
  return [
    [debug, `check on child ${pid}`],
    [debug, `set alarm for ${seconds} secs`],
  ];
}

function backoffLines(tries: number, graceSeconds: number): Line[] {
  const check: Line = [debug, `checking for grace period, tries = ${tries}`];
  return graceSeconds === 0
    ? [check]
    : [check, [debug, `sleeping for grace time ${graceSeconds} secs`]];
}

function exitLine({ status, signal }: SshExit, verdict: string, premature: boolean): Line {
  const restarts = verdict === 'restart';
  if (signal !== null) {
    const ending = restarts ? ', restarting ssh' : '; autossh exiting';
    return [info, `ssh exited on signal ${signalNumber(signal)}${ending}`];
  }
  if (premature) return [error, `ssh exited prematurely with status ${status}; autossh exiting`];
  if (restarts) return [info, `ssh exited with error status ${status}; restarting ssh`];
  return [info, `ssh exited with status ${status}; autossh exiting`];
}

function stopText({ reason, pid, signal, isFinal }: StopBegan): string {
  switch (reason) {
    case 'operator-stop':
      return pid === null || signal === null
        ? 'signalled to exit'
        : `received signal to exit (${signalNumber(signal)})`;
    case 'operator-restart':
      return 'signalled to kill and restart ssh';
    case 'lifetime-over':
      return 'exceeded maximum time to live, shutting down';
    case 'forward-refused':
      return 'a forward was refused, restarting ssh';
    case 'check-failed':
      return 'a check failed, restarting ssh';
    case 'login-timed-out':
      return 'ssh did not log in, restarting ssh';
    case 'heartbeat-missed':
      return isFinal === true ? 'port down; autossh exiting' : 'port down, restarting ssh';
  }
}

function endLines(end: TunnelEnd): Line[] {
  switch (end.class) {
    case 'starts-used-up':
      return [[info, 'max start count reached; exiting']];
    case 'ssh-not-runnable':
    case 'connection-silent':
    case 'ended-at-probe':
      return [[error, end.sentence]];
    default:
      return [];
  }
}

function signalNumber(name: string): number | string {
  return constants.signals[name as NodeJS.Signals] ?? name;
}
