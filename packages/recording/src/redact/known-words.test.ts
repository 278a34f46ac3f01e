import { classifyFailure, type FailureFacts, type FleetFact } from '@holdfast/engine';
import { eventWords } from '@holdfast/engine/parts';
import type { StopReason, TunnelEmitted } from '@holdfast/machines';
import { describe, expect, test } from 'vitest';
import { FAILURE_SENTENCES } from '../../../engine/src/failure/sentences.ts';
import { reportRedactor } from './redactor.ts';

const REASONS: readonly StopReason[] = [
  'operator-stop',
  'operator-restart',
  'lifetime-over',
  'heartbeat-missed',
  'forward-refused',
  'check-failed',
];

const FACTS: readonly (TunnelEmitted | FleetFact)[] = [
  { type: 'backoff.began', tries: 1, graceSeconds: 2 },
  { type: 'start.succeeded', pid: 4711, firstPollSeconds: 20 },
  { type: 'tunnel.proved', pid: 4711 },
  { type: 'probe.missed', reason: 'the server does not answer (waited 1000 ms)' },
  { type: 'child.killed', pid: 4711 },
  { type: 'child.abandoned', pid: 4711 },
  { type: 'tunnel.ended', end: { class: 'operator-stop', exitStatus: 0, sentence: 'x' } },
  { type: 'network.changed', change: 'woke-up' },
  { type: 'network.changed', change: 'addresses-changed' },
  { type: 'network.changed', change: 'route-changed' },
  { type: 'credentials.changed' },
  { type: 'tunnel.added' },
  { type: 'tunnel.changed', needsRestart: true },
  { type: 'tunnel.changed', needsRestart: false },
  { type: 'tunnel.removed' },
  { type: 'child.reaped', pid: 4711 },
  ...REASONS.map((reason) => ({ type: 'stop.began', reason, pid: 4711, signal: null }) as const),
];

/** All that a failure can have in it, with nothing to be hidden. */
const GW: FailureFacts = {
  host: 'gw',
  port: 22,
  user: 'me',
  reason: 'no such file',
};

describe('a report shows whole', () => {
  test.each(FACTS)('the sentence of $type', (fact) => {
    const { sentence } = eventWords(fact);
    expect(reportRedactor().text(sentence)).toBe(sentence);
  });

  test.each([
    'What went wrong 3 s ago for the 71st time in a row: 2nd, 3rd, 12th',
    'ssh does not understand its settings: bad configuration options',
  ])('%s', (sentence) => {
    expect(reportRedactor().text(sentence)).toBe(sentence);
  });

  test.each([
    'ssh: connect to host gw port 22: Connection refused',
    'ssh: connect to host gw port 22: Connection timed out',
    'ssh: Could not resolve hostname gw: Name or service not known',
    'kex_exchange_identification: Connection closed by remote host',
    'me@gw: Permission denied (publickey,password).',
    'Host key verification failed.',
    'Error: remote port forwarding failed for listen port 8080',
  ])('what is understood by: %s', (line) => {
    const { sentence } = classifyFailure({
      stderr: [`${line}\r`],
      exit: { status: 255, signal: null },
      ageMs: 100,
      wasHealthy: false,
    });
    expect(sentence).not.toMatch(/^ssh failed/);
    expect(reportRedactor(['gw', 'me']).text(sentence)).toBe(sentence);
  });

  test.each(Object.entries(FAILURE_SENTENCES))('sentence and remedy of %s', (_, words) => {
    for (const facts of [{}, GW]) {
      // Of a command its options and paths are hidden all the same.
      const remedy = (words.remedy?.(facts) ?? '').replaceAll(/ -\w+|\(-\w+|\/\S+|127\S+/g, '');
      for (const text of [words.sentence(facts), remedy]) {
        expect(reportRedactor(['gw', 'me']).text(text)).toBe(text);
      }
    }
  });
});
