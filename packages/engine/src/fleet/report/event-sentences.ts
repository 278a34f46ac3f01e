import type { TunnelEmitted, TunnelEnd } from '@holdfast/machines';
import { count, duration, listNames, printableLine } from '@holdfast/text';
import { releaseSentence } from './release-sentences.ts';
import { doubtSentence } from './doubt-sentences.ts';
import { leftOutSentence, unsentSentence } from './unasked.ts';
import type { EventLevel, FleetFact, NetworkChange } from '../fleet-event.ts';

/** A fact in words, and whom it is for. Lower case, without a full stop. */
export interface EventWords {
  /** Whom it is for. */
  readonly level: EventLevel;
  /** Without control characters. */
  readonly sentence: string;
}

/**
 * The words for every fact of a fleet: the one place where they are made.
 *
 * @param hasChecks - whether its tunnel has checks, which have to pass before it counts as healthy.
 */
export function eventWords(fact: TunnelEmitted | FleetFact, hasChecks = false): EventWords {
  const { level, sentence } =
    tunnelWords(fact as TunnelEmitted, hasChecks) ?? fleetWords(fact as FleetFact);
  // Whoever quotes ssh, a server or a command should have done that; a sentence goes to terminals.
  return { level, sentence: printableLine(sentence) };
}

function tunnelWords(fact: TunnelEmitted, hasChecks: boolean): EventWords | undefined {
  switch (fact.type) {
    case 'backoff.began':
      return backoffWords(fact);
    case 'start.asked':
      return debug('the next start is due');
    case 'start.began':
      return debug(`start ${fact.start} begins`);
    case 'start.succeeded':
      return info(`ssh was started (pid ${fact.pid})`);
    case 'child.ready':
      return debug('ssh has logged in');
    case 'tunnel.proved':
      if (fact.isBelieved === true) return believedWords(hasChecks);
      return info(
        hasChecks
          ? 'it is connected, and every forward is there: its checks are running'
          : 'the tunnel is healthy: it is connected, and every forward is there',
      );
    case 'probe.began':
      return debug('a probe was sent');
    case 'probe.answered':
      return debug('the server answered');
    case 'probe.missed':
      return warning(`a probe was not answered: ${fact.reason}`);
    case 'probe.impossible':
      return warning(`the heartbeat cannot probe: ${fact.reason}`);
    case 'probe.unsent':
      return warning(unsentSentence(fact.reason));
    case 'probe.sent':
      return info('probes leave this machine again');
    case 'probes.left-out':
      return warning(leftOutSentence(fact.why, fact.isSure, fact.lack));
    case 'probes.resumed':
      return info('probes, which were left out, are tried again');
    case 'suspicion.began':
    case 'suspicion.lasts':
    case 'suspicion.ended':
    case 'challenger.asked':
    case 'challenger.settled':
    case 'challenger.started':
    case 'challenger.ready':
    case 'challenger.ended':
    case 'tunnel.switched':
      return told(doubtSentence(fact));
    case 'child.ended':
      return endedWords(fact);
    case 'stop.began':
      return stopWords(fact);
    case 'child.killed':
      return warning(`ssh (pid ${fact.pid}) does not end, and was sent SIGKILL`);
    case 'child.abandoned':
      return error(`ssh (pid ${fact.pid}) did not end after SIGKILL and was left behind`);
    case 'tunnel.ended':
      return endWords(fact.end);
    default:
      return undefined;
  }
}

function fleetWords(fact: FleetFact): EventWords {
  switch (fact.type) {
    case 'network.changed':
      return info(`${NETWORK_WORDS[fact.change]}: every tunnel is probed at once`);
    case 'credentials.changed':
      return info('keys may have changed: tunnels that were refused are tried again');
    case 'agent.taken':
      return info(
        `the ssh-agent was missing or dead: keys now come from the one of the caller, ${fact.path}`,
      );
    case 'tunnel.added':
      return info('the tunnel was added');
    case 'tunnel.changed':
      return info(
        fact.needsRestart
          ? 'its settings changed: it needs a new connection'
          : 'its settings changed, and the connection stays',
      );
    case 'tunnel.removed':
      return info('the tunnel was removed');
    case 'forward.opened':
      return info(`forward ${fact.forward} was opened${atPort(fact.port)}`);
    case 'forward.closed':
      return info(`forward ${fact.forward} was closed`);
    case 'forwards.lost':
      return warning(`${forwardList(fact.forwards)} lost: ssh no longer listens there`);
    case 'forwards.restored':
      return info(
        fact.wereThere
          ? `${forwardList(fact.forwards)} opened again, over the control connection`
          : `${forwardList(fact.forwards)} opened over the control connection, since ssh did not by itself (do its options say ClearAllForwardings?)`,
      );
    case 'forward.failed':
      return error(`forward ${fact.forward}: ${fact.problem}`);
    case 'target.failed':
      return warning(`${fact.sentence}${fact.times > 1 ? ` (${fact.times} times)` : ''}`);
    case 'session.released':
    case 'session.kept':
    case 'session.unnoted':
      return told(releaseSentence(fact));
    case 'check.passed':
      return info(`the check passes again: ${fact.question}`);
    case 'check.failed':
      return warning(`the check fails: ${fact.question}: ${fact.problem}`);
    case 'checks.passed':
      return info('the tunnel is healthy: all of its checks have passed');
    case 'child.reaped':
      return warning(`ssh (pid ${fact.pid}) of an earlier supervisor was ended`);
    case 'child.stuck':
      return error(
        `ssh (pid ${fact.pid}) of an earlier supervisor did not end after SIGKILL, and may keep the ports of ${fact.tunnel}; see: ps -o pid,stat,wchan,args -p ${fact.pid}`,
      );
    case 'supervisor.began':
      return info(`the supervisor began (holdfast ${fact.version}, pid ${fact.pid})`);
    case 'supervisor.ended':
      return info(`the supervisor ended: ${fact.reason}`);
    case 'place.mended':
      return warning(`recreated, since it was missing or unusable: ${fact.path}`);
    case 'place.unusable':
      return error(`not usable: ${fact.path}: ${fact.problem}`);
    case 'place.usable':
      return info(`usable again: ${fact.path}`);
    case 'monitor.opened':
      return info(`health and metrics are answered at http://${fact.address}`);
    case 'monitor.failed':
      return error(`cannot listen on ${fact.address}: ${fact.problem}`);
    case 'log.lost':
      return error(`${count(fact.records, 'event')} could not be written: ${fact.problem}`);
    case 'events.lost':
      return warning(`${count(fact.events, 'event was', 'events were')} lost: read too slowly`);
  }
}

const NETWORK_WORDS: Readonly<Record<NetworkChange, string>> = {
  'woke-up': 'this machine woke up',
  'addresses-changed': "this machine's addresses changed",
  'route-changed': "this machine's default route changed",
};

const NAMED = 3;

/** `forward -L 1:a:2 was`, `forwards -L 1:a:2 and -D 3 were`, and of many the first. */
function forwardList(forwards: readonly string[]): string {
  const names = listNames(forwards, NAMED);
  return forwards.length === 1 ? `forward ${names} was` : `forwards ${names} were`;
}

function atPort(port: number | undefined): string {
  return port === undefined ? '' : `, at port ${port}`;
}

function told([level, sentence]: readonly [EventLevel, string]): EventWords {
  return { level, sentence };
}

/** Nobody was asked. */
function believedWords(hasChecks: boolean): EventWords {
  return info(
    hasChecks
      ? 'ssh has connected, as far as it tells: its checks are running'
      : 'the tunnel is healthy, as far as ssh tells: it has no heartbeat that answers',
  );
}

function backoffWords(fact: TunnelEmitted & { type: 'backoff.began' }): EventWords {
  const { graceSeconds, failure, verdict } = fact;
  if (graceSeconds === 0) return debug('the next start is due at once');
  const wait = `the next start is due in ${duration(graceSeconds * 1000)}`;
  if (failure === undefined) return info(wait);
  return verdict === 'wait-for-operator'
    ? warning(`${wait}; it is unlikely to recover by itself`)
    : info(wait);
}

function endedWords(fact: TunnelEmitted & { type: 'child.ended' }): EventWords {
  const { exit, failure, stopReason } = fact;
  const how = exit.signal === null ? `with status ${exit.status}` : `on ${exit.signal}`;
  // The status of an ssh that was told to go says nothing about why.
  const what = stopReason === undefined ? `ssh ended ${how}` : 'ssh was ended by Holdfast';
  return failure === undefined
    ? warning(what)
    : warning(`${what} (${failure.class}): ${failure.sentence}`);
}

function stopWords(fact: TunnelEmitted & { type: 'stop.began' }): EventWords {
  switch (fact.reason) {
    case 'operator-stop':
      return info('it was told to stop');
    case 'operator-restart':
      return info('it was told to restart');
    case 'lifetime-over':
      return info('its lifetime is over');
    case 'login-timed-out':
      return warning('ssh does not log in: it is ended and started again');
    case 'heartbeat-missed':
      return warning('the server does not answer: ssh is ended and started again');
    case 'forward-refused':
      return warning('a forward is missing: ssh is ended and started again');
    case 'check-failed':
      return warning('a check failed: ssh is ended and started again');
  }
}

function endWords(end: TunnelEnd): EventWords {
  const isWanted = end.class === 'operator-stop' || end.class === 'lifetime-over';
  return isWanted ? info('the tunnel stopped') : error(`the tunnel gave up: ${end.sentence}`);
}

function debug(sentence: string): EventWords {
  return { level: 'debug', sentence };
}

function info(sentence: string): EventWords {
  return { level: 'info', sentence };
}

function warning(sentence: string): EventWords {
  return { level: 'warning', sentence };
}

function error(sentence: string): EventWords {
  return { level: 'error', sentence };
}
