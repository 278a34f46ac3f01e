import type { HeartbeatEvent } from '@holdfast/machines';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { failedBy, LONGEST_LOGIN_MS, unlessLacking, type Doubt } from './answers.ts';
import type { ProbeTarget } from './driver.ts';

/** The rule sets of autossh. */
const CLASSIC: Doubt = { firstRefusal: 'impossible' };
const STRICT: Doubt = { lack: 'missed' };
/** Fleets. */
const FLEET: Doubt = {};

const failing = (code: string) =>
  new Error('what the system says', { cause: Object.assign(new Error(), { code }) });

const EARLY: ProbeTarget = { pid: 1, hasAnswered: false, unprovedMs: 5000 };
const LATE: ProbeTarget = { pid: 1, hasAnswered: false, unprovedMs: LONGEST_LOGIN_MS };
/** Another ssh of the tunnel had answered one. */
const EARLY_AGAIN: ProbeTarget = { pid: 1, hasAnswered: true, unprovedMs: 5000 };
const LATE_AGAIN: ProbeTarget = { pid: 1, hasAnswered: true, unprovedMs: LONGEST_LOGIN_MS };
const PROVED: ProbeTarget = { pid: 1, hasAnswered: true };

describe('HB-5, HB-11, HB-12: a connection that failed', () => {
  test.each<[code: string, target: ProbeTarget, classic: string, strict: string, fleet: string]>([
    // Nobody listens before ssh has logged in.
    ['ECONNREFUSED', EARLY, 'unsent', 'missed', 'missed'],
    ['ECONNREFUSED', EARLY_AGAIN, 'unsent', 'missed', 'missed'],
    ['ECONNREFUSED', LATE, 'impossible', 'missed', 'missed'],
    ['ECONNREFUSED', LATE_AGAIN, 'missed', 'missed', 'missed'],
    ['ECONNREFUSED', PROVED, 'missed', 'missed', 'missed'],
    // ssh listens, and has hung up: it has logged in.
    ['ECONNRESET', EARLY, 'impossible', 'missed', 'missed'],
    ['ECONNRESET', EARLY_AGAIN, 'missed', 'missed', 'missed'],
    ['EPIPE', LATE, 'impossible', 'missed', 'missed'],
    ['EPIPE', PROVED, 'missed', 'missed', 'missed'],
    // This machine lacks something.
    ...['EMFILE', 'ENFILE', 'ENOMEM', 'ENOBUFS', 'EADDRNOTAVAIL'].flatMap((code) =>
      [EARLY, LATE, PROVED].map(
        (target) =>
          [code, target, 'unsent', 'missed', 'unsent'] as [
            string,
            ProbeTarget,
            string,
            string,
            string,
          ],
      ),
    ),
    ['ETIMEDOUT', EARLY, 'missed', 'missed', 'missed'],
    ['EHOSTUNREACH', PROVED, 'missed', 'missed', 'missed'],
  ])('with %s, of %j, is %s in classic, %s in 1.4, %s in a fleet', (code, target, ...types) => {
    const answers = [CLASSIC, STRICT, FLEET].map((doubt) => failedBy(failing(code), doubt, target));
    expect(answers.map(({ type }) => type)).toEqual(types.map((type) => `heartbeat.${type}`));
  });

  test('never ends an ssh of classic that may be logging in, and always one of the strict sets', () => {
    const code = fc.constantFrom('ECONNREFUSED', 'EMFILE', 'ENFILE', 'ENOMEM', 'ENOBUFS');
    const target = fc.record({
      pid: fc.option(fc.integer({ min: 1 }), { nil: undefined }),
      hasAnswered: fc.constantFrom(true, false),
      unprovedMs: fc.integer({ min: 0, max: LONGEST_LOGIN_MS - 1 }),
    });
    fc.assert(
      fc.property(fc.array(code, { minLength: 1 }), target, (codes, one) => {
        for (const each of codes) {
          expect(failedBy(failing(each), CLASSIC, one).type).toBe('heartbeat.unsent');
          expect(failedBy(failing(each), STRICT, one).type).toBe('heartbeat.missed');
        }
      }),
    );
  });
});

describe('where this process still has descriptors', () => {
  test.each(['missed', 'impossible', 'unsent'] as const)('%s stays what it is', (what) => {
    const answer: HeartbeatEvent = { type: `heartbeat.${what}`, reason: 'why' };
    expect(unlessLacking(answer, FLEET, 2)).toBe(answer);
  });
});
