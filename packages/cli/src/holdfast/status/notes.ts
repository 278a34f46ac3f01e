import type { StartObstacle, TunnelStatus } from '@holdfast/engine';
import { duration, listNames, printableLine, shortDuration } from '@holdfast/text';
import { formatForwardOption } from './forward-option.ts';
import { isHealthy } from './health.ts';

/** What is to be said about a tunnel that is not simply healthy: what happened, what can be done, what is next. */
export function tunnelNotes(tunnel: TunnelStatus, nowMs: number): readonly string[] {
  const what = [
    ...endNote(tunnel),
    ...failureNote(tunnel),
    ...suspectNote(tunnel, nowMs),
    ...unaskedNote(tunnel),
    ...checkNotes(tunnel),
    ...boundNotes(tunnel),
    ...targetNotes(tunnel, nowMs),
  ];
  const next = [...phaseNote(tunnel), ...nextNote(tunnel, nowMs)];
  const remedy = tunnel.failure?.remedy;
  return [
    ...what,
    ...(remedy === undefined || isHealthy(tunnel) ? [] : [`what to do: ${remedy}`]),
    ...(next.length === 0 ? [] : [next.join('; ')]),
  ];
}

function endNote({ end, failure, state }: TunnelStatus): readonly string[] {
  const isOver = state === 'failed' || (state === 'stopped' && failure !== null);
  return isOver && end !== null && end !== failure?.sentence ? [end] : [];
}

/** The failure of a tunnel that is healthy again is history: `holdfast why` has it. */
function failureNote(tunnel: TunnelStatus): readonly string[] {
  const { failure, needsAttention } = tunnel;
  if (failure === null || isHealthy(tunnel)) return [];
  const before = needsAttention ? 'needs attention: ' : '';
  const times = failure.times > 1 ? ` (${failure.times} times)` : '';
  return [`${before}${failure.sentence}${times}`];
}

function unaskedNote({ unasked }: TunnelStatus): readonly string[] {
  return unasked === undefined ? [] : [printableLine(unasked)];
}

/** A supervisor of an earlier version says nothing of it. */
function suspectNote(
  { suspect = null }: Omit<TunnelStatus, 'suspect'> & Partial<TunnelStatus>,
  nowMs: number,
): readonly string[] {
  if (suspect === null) return [];
  const silence = duration(Math.max(0, nowMs - Date.parse(suspect.since)));
  return [`suspect: no answer for ${silence}; ${secondConnection(suspect, nowMs)}`];
}

function secondConnection(
  { challenger, obstacle, until }: NonNullable<TunnelStatus['suspect']>,
  nowMs: number,
): string {
  const left = duration(Math.max(0, Date.parse(until) - nowMs));
  if (challenger === 'in') return `a second connection is in, and takes over in ${left}`;
  if (challenger === 'trying') return 'a second connection is being tried';
  if (obstacle === undefined) return 'a second connection is to be tried';
  return `no second connection: ${obstacle}; given up in ${left}`;
}

function checkNotes({ checks, state }: TunnelStatus): readonly string[] {
  const isConnected = state === 'healthy' || state === 'probing';
  return checks.flatMap(({ ok, question, problem }) => {
    if (ok === false) return [`check ${question} fails: ${problem ?? 'reason unknown'}`];
    return ok === null && isConnected ? [`check ${question} has not passed yet`] : [];
  });
}

function boundNotes(tunnel: TunnelStatus): readonly string[] {
  if (tunnel.state !== 'healthy' && tunnel.state !== 'probing') return [];
  return tunnel.forwards
    .filter(({ isBound }) => !isBound)
    .map((forward) => {
      const { problem = 'reason unknown' } = forward;
      return `${formatForwardOption(forward)} is not bound: ${problem}`;
    });
}

/** A supervisor of an earlier version says nothing of these. */
function targetNotes(
  { targetFailures = [], checks }: Omit<TunnelStatus, 'targetFailures'> & Partial<TunnelStatus>,
  nowMs: number,
): readonly string[] {
  return targetFailures.flatMap(({ sentence, times, at }) => {
    // A check that fails for it says so.
    if (checks.some(({ problem }) => problem?.endsWith(sentence))) return [];
    const ago = shortDuration(nowMs - Date.parse(at));
    return [`${sentence} (${times > 1 ? `${times} times, last ` : ''}${ago} ago)`];
  });
}

function phaseNote({ phase }: TunnelStatus): readonly string[] {
  return phase === null || phase === 'connecting' ? [] : [phase];
}

/** What is next, and when. */
function nextNote(
  { obstacle, nextStartAt, state }: TunnelStatus,
  nowMs: number,
): readonly string[] {
  if (obstacle !== null) return [obstacleNote(obstacle)];
  if (nextStartAt === null || state !== 'backoff') return [];
  const waitMs = Date.parse(nextStartAt) - nowMs;
  return [waitMs < 1000 ? 'next start at once' : `next start in ${shortDuration(waitMs)}`];
}

function obstacleNote(obstacle: StartObstacle): string {
  if (obstacle.kind === 'tunnels')
    return `waits until ${listNames(obstacle.names)} ${obstacle.names.length === 1 ? 'is' : 'are'} healthy`;
  const { starting, destination } = obstacle;
  return `queued: ${starting} connections to ${destination} are being set up`;
}
