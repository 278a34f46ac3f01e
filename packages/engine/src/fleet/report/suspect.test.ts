import { completeSettings } from '@holdfast/machines';
import { expect, test } from 'vitest';
import type { Moment } from '../member/moment.ts';
import type { StayDoubt } from '../member/stay.ts';
import { describeSuspect } from './suspect.ts';

/** A second after the start of all clocks, and so on. */
const at = (seconds: number): Moment => ({
  wallMs: Date.UTC(2026, 0, 1) + seconds * 1000,
  monotonicMs: seconds * 1000,
});
const clock = (seconds: number) => new Date(at(seconds).wallMs).toISOString();

const DOUBT: StayDoubt = {
  since: at(10),
  isLasting: false,
  challenger: 'none',
  graceEnds: null,
  defeat: null,
};

const PATIENT = { patienceSeconds: 300, patienceAloneSeconds: 60, challenges: true };

function suspectOf(
  doubt: StayDoubt | null,
  { hasWitness = true, silentSinceMs = 9000 as number | null, settings = {}, noWitness = '' } = {},
) {
  const context = {
    settings: { ...completeSettings({}), ...PATIENT, ...settings },
    hasWitness,
    doubt: { silentSinceMs, sight: null, attempts: 0, waitMs: 0, graceMs: 0 },
  };
  const member = { stay: { doubt }, context, noWitness: noWitness || undefined };
  return describeSuspect(member as never, at(14));
}

test('a tunnel that answers is not suspect', () => {
  expect(suspectOf(null)).toBeNull();
});

test('it is silent since the question that was not answered, and given up after the patience', () => {
  expect(suspectOf(DOUBT)).toEqual({
    since: clock(9),
    isLasting: false,
    challenger: 'none',
    until: clock(310),
  });
});

test('a heartbeat that does not say since when tells when the doubt began', () => {
  expect(suspectOf(DOUBT, { silentSinceMs: null })?.since).toBe(clock(10));
});

test('beside a second connection it has its grace, and never more than the patience', () => {
  const isIn = { ...DOUBT, challenger: 'in', graceEnds: at(17) } as const;
  expect(suspectOf(isIn)).toMatchObject({ challenger: 'in', until: clock(17) });
  expect(suspectOf({ ...isIn, graceEnds: at(400) })?.until).toBe(clock(310));
});

test('where no second one can be had, it is said why, and patience is short', () => {
  const settings = { challenges: false };
  const noWitness = '`challenge` is false';
  const told = { challenger: 'none', obstacle: noWitness, until: clock(70) };
  expect(suspectOf(DOUBT, { settings, noWitness })).toMatchObject(told);
});

test('why the last one did not get through is said; after the last of all patience is short', () => {
  const defeat = { at: at(12), sentence: 'the login was refused', isLast: false };
  const again = suspectOf({ ...DOUBT, challenger: 'trying', defeat });
  expect(again).toMatchObject({ obstacle: defeat.sentence, until: clock(310) });
  const last = suspectOf({ ...DOUBT, defeat: { ...defeat, isLast: true } }, { hasWitness: false });
  expect(last).toMatchObject({ obstacle: defeat.sentence, until: clock(72) });
});
