import { beforeEach, afterEach, describe, expect, test, vi } from 'vitest';
import type { Forward } from '../../../forward/forward.ts';
import { createLineReader } from '../../../child/stderr.ts';
import { forwardOf } from '../../../testing/tunnel-specs.ts';
import type { FleetFact } from '../../fleet-event.ts';
import { TargetFailures } from './target-failures.ts';

const DB = forwardOf('local', '5432:db.internal:5432');
const WEB = forwardOf('local', '8080:web:80');
const SOCKS = forwardOf('socks', '1080');
const BACK = forwardOf('remote', '2222:localhost:22');

const UNKNOWN = 'channel 3: open failed: connect failed: Name or service not known\r\n';
const REFUSED = 'channel 3: open failed: connect failed: Connection refused\r\n';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance', 'Date'] }));
afterEach(() => void vi.useRealTimers());

function hearOf(failures: TargetFailures): (text: string) => void {
  return createLineReader((line) => failures.heard(line)).hear;
}

function watch(forwards: readonly Forward[], hasOtherForwards = false) {
  const told: FleetFact[] = [];
  const failures = new TargetFailures({
    everyForward: () => forwards,
    hasOtherForwards: () => hasOtherForwards,
    tell: (fact) => told.push(fact),
  });
  return { failures, told, hear: hearOf(failures) };
}

function sentences(forwards: readonly Forward[], text: string, hasOtherForwards = false) {
  const { failures, hear } = watch(forwards, hasOtherForwards);
  hear(text);
  return failures.status().map(({ sentence }) => sentence);
}

describe('what is said of a connection that led nowhere', () => {
  test.each([
    [[DB], UNKNOWN, 'the far side could not connect to db.internal:5432: name not known'],
    [[DB, BACK], REFUSED, 'the far side could not connect to db.internal:5432: connection refused'],
    [[DB, WEB], UNKNOWN, 'the far side could not connect to where a forward leads: name not known'],
    [
      [SOCKS],
      UNKNOWN,
      'the far side could not connect to where a client of -D 1080 asked to: name not known',
    ],
    [
      [DB],
      'channel 1: open failed: administratively prohibited: open failed\r\n',
      'the server does not allow a connection to db.internal:5432',
    ],
    [
      [DB, BACK],
      'connect_to localhost port 22: failed.\r\n',
      'this machine could not connect to localhost:22',
    ],
  ])('of %o after %j is: %s', (forwards, text, sentence) => {
    expect(sentences(forwards, text)).toEqual([sentence]);
  });

  test('names no forward where a heartbeat has one of its own', () => {
    expect(sentences([DB], UNKNOWN, true)).toEqual([
      'the far side could not connect to where the heartbeat or a forward leads: name not known',
    ]);
  });

  test('is not shown any more after ten minutes, nor when it was forgotten', () => {
    const { failures, hear } = watch([DB]);
    hear(UNKNOWN);
    vi.advanceTimersByTime(599_000);
    expect(failures.status()).toHaveLength(1);
    vi.advanceTimersByTime(2000);
    expect(failures.status()).toEqual([]);
    hear(UNKNOWN);
    failures.forget();
    expect(failures.status()).toEqual([]);
  });
});

test('equal ones are counted, and told at doubling intervals', () => {
  const { failures, told, hear } = watch([DB]);
  for (let second = 0; second < 3600; second += 1) {
    hear(UNKNOWN);
    vi.advanceTimersByTime(1000);
  }
  expect(told.map((fact) => fact.type === 'target.failed' && fact.times)).toEqual([
    1, 11, 31, 71, 151, 311, 631, 1271, 2551,
  ]);
  expect(failures.status()).toMatchObject([{ times: 3600, forward: '-L 5432:db.internal:5432' }]);
});

test('a server that always says something else is one of many words, not many', () => {
  const { failures, told, hear } = watch([DB]);
  for (let nth = 0; nth < 1000; nth += 1) {
    hear(`channel ${nth}: open failed: connect failed: ${nth} times\r\n`);
  }
  expect(told).toHaveLength(1);
  expect(failures.status()).toMatchObject([{ times: 1000 }]);
});

test('a line may come in pieces, and one without an end is not kept', () => {
  const { failures, hear } = watch([DB]);
  for (const piece of UNKNOWN) hear(piece);
  expect(failures.status()).toMatchObject([{ times: 1 }]);
  hear('x'.repeat(100_000));
  hear(`\n${UNKNOWN}`);
  expect(failures.status()).toMatchObject([{ times: 2 }]);
});

test('a question is explained by what was said since it was put, and by nothing else', () => {
  const { failures, hear } = watch([DB, WEB]);
  hear(UNKNOWN);
  vi.advanceTimersByTime(1000);
  const askedAtMs = performance.now();
  expect(failures.explain(DB, askedAtMs)).toBeUndefined();
  hear(REFUSED);
  expect(failures.explain(DB, askedAtMs)).toBe(
    'the far side could not connect to db.internal:5432: connection refused',
  );
  expect(failures.explain(BACK, askedAtMs)).toBeUndefined();
  // Of two it is not known which is meant.
  hear(UNKNOWN);
  expect(failures.explain(DB, askedAtMs)).toBeUndefined();
});
