import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gatePhase } from './gate.ts';

test.each([
  // [start, gate time in s, age in ms, phase]
  [1, 30, 0, 'inGate'],
  [1, 30, 29_999, 'inGate'],
  [1, 30, 30_000, 'inGate'],
  [1, 30, 30_001, 'afterGate'],
  [1, 1, 1000, 'inGate'],
  [1, 1, 1001, 'afterGate'],
  [1, 0, 0, 'noGate'],
  [1, 0, 60_000, 'noGate'],
  [2, 30, 0, 'later'],
  [2, 30, 60_000, 'later'],
  [2, 0, 0, 'later'],
  [99, 30, 30_000, 'later'],
] as const)('start %i, gate time %i s, age %i ms: %s', (starts, gateSeconds, ageMs, phase) => {
  expect(gatePhase({ starts, gateSeconds, ageMs })).toBe(phase);
});

test('the first ssh is in the gate up to the gate time, the edge included, and out of it beyond', () => {
  const seconds = fc.integer({ min: 1, max: 100_000 });
  fc.assert(
    fc.property(seconds, fc.nat(1_000_000), (gateSeconds, offMs) => {
      const edgeMs = gateSeconds * 1000;
      const phaseAt = (ageMs: number) => gatePhase({ starts: 1, gateSeconds, ageMs });
      expect(phaseAt(edgeMs)).toBe('inGate');
      expect(phaseAt(Math.max(0, edgeMs - offMs))).toBe('inGate');
      expect(phaseAt(edgeMs + 1 + offMs)).toBe('afterGate');
    }),
  );
});

test('only the first start has a gate', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2 }), fc.nat(), fc.nat(), (starts, gateSeconds, ageMs) => {
      expect(gatePhase({ starts, gateSeconds, ageMs })).toBe('later');
    }),
  );
});
