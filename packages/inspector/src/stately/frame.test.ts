import type {
  StatelyActorEvent,
  StatelyEventEvent,
  StatelyInspectionEvent,
  StatelySnapshotEvent,
} from '@statelyai/inspect';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, expectTypeOf, test } from 'vitest';
import {
  STATELY_VERSION,
  type StatelyActorFrame,
  type StatelyEventFrame,
  type StatelyFrame,
  type StatelySnapshotFrame,
} from './frame.ts';

/** The package promises a string, and sends `null`; so do we. */
type WithoutId<TFrame> = TFrame extends unknown ? Omit<TFrame, 'id'> : never;

test('frames have the types of @statelyai/inspect, in both directions of their fields', () => {
  expectTypeOf<WithoutId<StatelyFrame>>().toExtend<WithoutId<StatelyInspectionEvent>>();
  expectTypeOf<WithoutId<StatelyActorFrame>>().toExtend<WithoutId<StatelyActorEvent>>();
  expectTypeOf<WithoutId<StatelyEventFrame>>().toExtend<WithoutId<StatelyEventEvent>>();
  expectTypeOf<WithoutId<StatelySnapshotFrame>>().toExtend<WithoutId<StatelySnapshotEvent>>();
  expectTypeOf<keyof StatelyActorFrame>().toEqualTypeOf<keyof StatelyActorEvent>();
  expectTypeOf<keyof StatelyEventFrame>().toEqualTypeOf<keyof StatelyEventEvent>();
  expectTypeOf<keyof StatelySnapshotFrame>().toEqualTypeOf<keyof StatelySnapshotEvent>();
});

test('the version in frames is that of the package they are compared with', () => {
  const main = createRequire(import.meta.url).resolve('@statelyai/inspect');
  const about = readFileSync(join(main, '../../package.json'), 'utf8');
  expect(JSON.parse(about)).toMatchObject({ version: STATELY_VERSION });
});
