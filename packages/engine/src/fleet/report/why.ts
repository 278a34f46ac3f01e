import { FAILURE_POLICIES, type FailureClass, type StopReason } from '@holdfast/machines';
import { count, duration, listNames, ordinal, roundTrip } from '@holdfast/text';
import { isBeyondLoopback } from '../../forward/beyond-loopback.ts';
import { parseForward } from '../../forward/forward.ts';
import { formatForward } from '../../forward/format-forward.ts';
import { isHealthyState } from '../member/stay.ts';
import type { StartObstacle, TunnelStatus } from './status.ts';
import { suspectSentences } from './suspect-sentences.ts';

/**
 * Why a tunnel is as it is, in whole sentences: what is, what went wrong and which class decided, what is next and when.
 *
 * @param nowMs - the time of asking, on the wall clock.
 * @param stopReason - why its ssh was told to go; `null` while nobody wants that.
 */
export function whySentences(
  status: TunnelStatus,
  nowMs: number,
  stopReason: StopReason | null = null,
): readonly string[] {
  return [
    whatIs(status, nowMs, stopReason),
    ...suspectSentences(status, nowMs),
    ...whatFailed(status, nowMs),
    ...unasked(status),
    ...degraded(status),
    ...unchecked(status),
    ...ledNowhere(status, nowMs),
    ...chosenPorts(status),
    ...unseenListeners(status),
    ...whatDecided(status),
    ...whatIsNext(status, nowMs, stopReason),
  ];
}

const ENDS_THERE = 'the tunnel stays stopped';
const WAITS_BY_CLASS = 'the class of this failure decides when the next start is due';

const STOPPING_WORDS: Readonly<Record<StopReason, { because: string; next: string }>> = {
  'operator-stop': { because: 'the tunnel was told to stop', next: ENDS_THERE },
  'operator-restart': { because: 'a restart was asked for', next: 'the next start is due at once' },
  'lifetime-over': { because: 'the lifetime of the tunnel is over', next: ENDS_THERE },
  'login-timed-out': { because: 'it did not log in', next: WAITS_BY_CLASS },
  'heartbeat-missed': { because: 'the server did not answer any more', next: WAITS_BY_CLASS },
  'forward-refused': { because: 'a forward is missing', next: WAITS_BY_CLASS },
  'check-failed': { because: 'a check failed', next: WAITS_BY_CLASS },
};

function whatIs(status: TunnelStatus, nowMs: number, stopReason: StopReason | null): string {
  const { name, state, pid } = status;
  const since = duration(msBetween(Date.parse(status.since), nowMs));
  switch (state) {
    case 'healthy':
    case 'probing':
      return `${name} has been ${standing(status)} for ${since}${heard(status, nowMs)}.`;
    case 'gating':
    case 'connecting':
      return `${name} has been connecting for ${since}${inPhase(status)} (ssh has pid ${pid ?? 'not yet known'}).`;
    case 'backoff':
      return `${name} has been down for ${since}: no ssh runs.`;
    case 'stopping':
      return `${name} is stopping: its ssh (pid ${pid ?? 'unknown'}) was told to go ${since} ago${toldBecause(stopReason)}.`;
    case 'stopped':
      return status.starts === 0
        ? `${name} was not started${status.enabled ? '' : ': it is not enabled in the file'}.`
        : `${name} has been stopped for ${since}: ${status.end ?? 'it was told to stop'}.`;
    case 'failed':
      return `${name} gave up ${since} ago.`;
  }
}

/** sshd binds at loopback in silence what was to be bound elsewhere, and its answer is the same. @see sshd_config(5), GatewayPorts */
function unseenListeners({ forwards, state }: TunnelStatus): readonly string[] {
  if (!isHealthyState(state)) return [];
  return forwards
    .filter(({ kind, text, isBound }) => kind === 'remote' && isBound && asksForMore(text))
    .map(
      ({ text }) =>
        `Whether the server listens for -R ${text} beyond its own loopback cannot be seen from here: with GatewayPorts no, the default, sshd grants it and listens at loopback only. Try from another machine; GatewayPorts yes or clientspecified there.`,
    );
}

function asksForMore(text: string): boolean {
  const read = parseForward('remote', text);
  return 'value' in read && isBeyondLoopback(read.value.listen);
}

function standing({ isDegraded, isHealthy, suspect }: TunnelStatus): string {
  if (suspect?.isLasting === true) return 'suspect';
  if (isDegraded) return 'degraded';
  return isHealthy ? 'healthy' : 'connected, but not yet checked,';
}

function toldBecause(stopReason: StopReason | null): string {
  return stopReason === null ? '' : `, because ${STOPPING_WORDS[stopReason].because}`;
}

function heard({ roundTripMs, answeredAt }: TunnelStatus, nowMs: number): string {
  if (answeredAt === null) return ', as far as ssh tells (it has no heartbeat that answers)';
  const ago = duration(msBetween(Date.parse(answeredAt), nowMs));
  const took = roundTripMs === null ? '' : ` in ${roundTrip(roundTripMs)}`;
  return `: the server answered ${ago} ago${took}`;
}

function inPhase({ phase }: TunnelStatus): string {
  return phase === null ? '' : `, ${PHASE_WORDS[phase]}`;
}

const PHASE_WORDS = {
  resolving: 'looking up the address of the host',
  connecting: 'waiting for the host to take the connection',
  authenticating: 'logging in',
  forwarding: 'setting up its forwards',
} as const;

function whatFailed({ failure, state, end }: TunnelStatus, nowMs: number): readonly string[] {
  if (failure === null) {
    return state === 'failed' && end !== null ? [`The reason: ${end}.`] : [];
  }
  const ago = duration(msBetween(Date.parse(failure.at), nowMs));
  const times = failure.times > 1 ? ` for the ${ordinal(failure.times)} time in a row` : '';
  const said = failure.line === undefined ? '' : ` ssh said: "${failure.line}".`;
  const remedy = failure.remedy === undefined ? '' : ` What you can do: ${failure.remedy}.`;
  return [`What went wrong ${ago} ago${times}: ${failure.sentence}.${said}${remedy}`];
}

function unasked({ unasked: why }: TunnelStatus): readonly string[] {
  return why === undefined ? [] : [`Nothing asks whether it carries traffic: ${why}.`];
}

function degraded({ isDegraded, checks, forwards }: TunnelStatus): readonly string[] {
  if (!isDegraded) return [];
  const failing = checks
    .filter(({ ok }) => ok === false)
    .map(({ question, problem }) => `the check ${question} fails: ${problem}`);
  const lost = forwards
    .filter(({ isBound }) => !isBound)
    .map((forward) => {
      const can = forward.remedy === undefined ? '' : `. What you can do: ${forward.remedy}`;
      return `the forward ${formatForward(forward)} is missing: ${forward.problem}${can}`;
    });
  return [...lost, ...failing].map((what) => `It is degraded: ${what}.`);
}

function ledNowhere({ targetFailures }: TunnelStatus, nowMs: number): readonly string[] {
  return targetFailures.map(({ sentence, times, at, line, remedy }) => {
    const ago = duration(msBetween(Date.parse(at), nowMs));
    const often = times > 1 ? ` (${times} times)` : '';
    const can = remedy === undefined ? '' : ` What you can do: ${remedy}.`;
    return `A connection led nowhere ${ago} ago${often}: ${sentence}. ssh said: "${line}".${can}`;
  });
}

/** The ports that the server chose. */
function chosenPorts({ forwards }: TunnelStatus): readonly string[] {
  return forwards.flatMap((forward) =>
    forward.port === undefined
      ? []
      : [`The server chose port ${forward.port} for ${formatForward(forward)}.`],
  );
}

function unchecked({ state, checks }: TunnelStatus): readonly string[] {
  if (!isHealthyState(state)) return [];
  return checks
    .filter(({ ok }) => ok === null)
    .map(({ question }) => `It counts as healthy once the check ${question} has passed.`);
}

function whatDecided({ failure, state, end }: TunnelStatus): readonly string[] {
  if (failure === null || (state !== 'backoff' && state !== 'failed')) return [];
  if (state === 'failed' && end !== failure.sentence && end !== null) {
    return [`The rule that decided: ${end}.`];
  }
  return [`Failures of the class "${failure.class}" ${policyWords(failure.class)}.`];
}

/** The policy of a class in words. */
function policyWords(failureClass: FailureClass): string {
  const { waits } = FAILURE_POLICIES[failureClass];
  switch (waits.kind) {
    case 'never':
      return 'are not tried again, since they do not pass by themselves';
    case 'steps': {
      const first = waits.firstMs.map(duration).join(', ');
      return `are tried again after ${first}, then every ${duration(waits.thenMs)}`;
    }
    case 'jitter': {
      const free =
        waits.freeTries > 0 ? 'are tried again at once, then after' : 'are tried again after';
      const [least, most] = [waits.leastMs, waits.mostMs].map(duration);
      return `${free} a random time from ${least} to at most ${most}, which grows with each try`;
    }
  }
}

function whatIsNext(
  status: TunnelStatus,
  nowMs: number,
  stopReason: StopReason | null,
): readonly string[] {
  const { state, nextStartAt, obstacle, name } = status;
  if (state === 'failed' || (state === 'stopped' && status.starts > 0)) {
    return [`It will not retry; start it with: holdfast up ${name}.`];
  }
  if (state === 'stopped') return [`Start it with: holdfast up ${name}.`];
  if (state === 'stopping' && stopReason !== null) {
    return [`When ssh has gone, ${STOPPING_WORDS[stopReason].next}.`];
  }
  if (state !== 'backoff') return [];
  if (obstacle !== null) return [`${obstacleWords(obstacle)}.`];
  if (nextStartAt === null) return ['The next start is due now.'];
  const ms = msBetween(nowMs, Date.parse(nextStartAt));
  return [`The next start is due in ${duration(ms)}.`];
}

/** What holds a start back, as a sentence without a full stop. */
export function obstacleWords(obstacle: StartObstacle): string {
  if (obstacle.kind === 'tunnels') {
    const { names } = obstacle;
    const are = names.length === 1 ? 'is' : 'are';
    return `The next start waits until ${listNames(names)} ${are} healthy`;
  }
  const { starting, destination } = obstacle;
  const which = count(
    starting,
    `connection to ${destination} is`,
    `connections to ${destination} are`,
  );
  return `The next start is queued: ${which} being set up`;
}

function msBetween(fromMs: number, toMs: number): number {
  return Math.max(0, toMs - fromMs);
}
