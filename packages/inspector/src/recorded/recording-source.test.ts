import { describe, expect, it } from 'vitest';
import { fakeStep } from '../testing/fake-source.ts';
import { recordingSource } from './recording-source.ts';

const facts = fakeStep(0).facts;
const DB = [
  fakeStep(0, { atMs: 100, state: 'connecting', sentences: ['ssh was started'] }),
  fakeStep(1, { atMs: 200, state: 'healthy', facts: { ...facts, roundTripMs: 4 } }),
  fakeStep(2, { atMs: 300, state: 'backoff', active: ['backoff'], sentences: ['ssh ended'] }),
  fakeStep(3, {
    atMs: 400,
    state: 'backoff',
    active: ['backoff'],
    taken: ['backoff#tunnel.retry/0'],
    facts: { ...facts, starts: 2, failureClass: 'dropped', failureSentence: 'it was cut off' },
  }),
];
const source = recordingSource({
  title: 'report.ndjson',
  version: '1.2.3',
  steps: new Map([['db', DB]]),
});

describe('a recording', () => {
  it('says that it is one, and takes no orders', () => {
    expect(source.hello()).toMatchObject({ kind: 'recording', actions: [] });
    expect(() => source.act('db', 'stop')).toThrow('takes no orders');
  });

  it('stands as it ended', () => {
    expect(source.row('db')).toMatchObject({
      state: 'backoff',
      sinceMs: 300,
      active: ['backoff'],
      taken: ['backoff#tunnel.retry/0'],
      starts: 2,
      failureClass: 'dropped',
      roundTripsMs: [1, 4, 1, 1],
    });
    expect(source.row('web')).toBeUndefined();
  });

  it('has every step, or those of a part of the time', async () => {
    const whole = await source.steps('db', {});
    expect(whole).toEqual({ name: 'db', earliestMs: 100, steps: DB, isCut: false });
    const part = await source.steps('db', { fromMs: 200, toMs: 300 });
    expect(part.steps.map(({ index }) => index)).toEqual([1, 2]);
    expect(() => source.steps('web', {})).toThrow('has no tunnel web');
  });

  it('tells why, with what was said', async () => {
    const { sentences, history } = await source.why('db');
    expect(sentences).toEqual([
      'db is backoff where the recording ends.',
      'Last failure: it was cut off.',
    ]);
    expect(history.map(({ sentence }) => sentence)).toEqual(['ssh was started', 'ssh ended']);
  });
});
