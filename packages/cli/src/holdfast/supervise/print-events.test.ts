import type { FleetEvent } from '@holdfast/engine';
import { closeSync, fstatSync, openSync } from 'node:fs';
import { expect, test } from 'vitest';
import { eventLineFor, leadsToJournal } from './print-events.ts';

const EVENT = {
  at: '2026-01-31T12:00:00.000Z',
  level: 'warning',
  tunnel: 'db',
  sentence: 'ssh ended \u001b[31m(dropped)',
} as FleetEvent;

test('the journal gets the priority, and no time: it has its own', () => {
  expect(eventLineFor('journal', EVENT)).toMatch(/^<4>db: ssh ended .*\(dropped\)$/);
  expect(eventLineFor('journal', { ...EVENT, tunnel: null })).toMatch(/^<4>ssh ended/);
  expect(eventLineFor('journal', EVENT)).not.toContain('\u001b');
});

test('people get the time and the name', () => {
  expect(eventLineFor('people', EVENT)).toMatch(/^\d.* {2}db {2}ssh ended/);
  expect(eventLineFor('people', { ...EVENT, tunnel: null })).toContain('  holdfast  ');
});

test('stderr leads to the journal only if it is the socket that systemd names', () => {
  const fd = openSync('/dev/null', 'w');
  try {
    const { dev, ino } = fstatSync(fd);
    expect(leadsToJournal(`${dev}:${ino}`, fd)).toBe(true);
    expect(leadsToJournal(`${dev}:${ino + 1}`, fd)).toBe(false);
    expect(leadsToJournal('', fd)).toBe(false);
    expect(leadsToJournal(undefined, fd)).toBe(false);
  } finally {
    closeSync(fd);
  }
  expect(leadsToJournal(`1:1`, 987)).toBe(false);
});
