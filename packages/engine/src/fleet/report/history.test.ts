import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { EventLevel, FleetEvent } from '../fleet-event.ts';
import { History } from './history.ts';
import { repetitionWords } from './told-events.ts';

function event(id: number, level: EventLevel): FleetEvent {
  const at = new Date(id).toISOString();
  return { id, at, tunnel: 'db', level, sentence: `event ${id}`, fact: { type: 'tunnel.added' } };
}

test('a history has the last 20 events that are for people, oldest first', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom<EventLevel>('debug', 'info', 'warning', 'error'), {
        maxLength: 100,
      }),
      (levels) => {
        const history = new History();
        const events = levels.map((level, id) => event(id, level));
        for (const each of events) history.add(each);
        const shown = events.filter(({ level }) => level !== 'debug').slice(-20);
        expect(history.entries()).toEqual(shown.map(({ at, sentence }) => ({ at, sentence })));
      },
    ),
  );
});

test('what is told again has one place, behind the first telling', () => {
  const history = new History();
  for (let n = 1; n <= 100; n += 1) {
    const at = new Date(n * 1000).toISOString();
    const told = { ...event(n, 'warning'), at, sentence: `ssh (pid ${n}) ended` };
    const repeated = { times: n, since: new Date(1000).toISOString() };
    const words = repetitionWords({ at, repeated });
    history.add(n === 1 ? told : { ...told, sentence: told.sentence + words, repeated });
  }
  expect(history.entries().map(({ sentence }) => sentence)).toEqual([
    'ssh (pid 1) ended',
    'ssh (pid 100) ended (the 100th time in 1 min 39 s)',
  ]);
});

test('an entry that was handed out stays as it was', () => {
  const history = new History();
  const before = history.entries();
  history.add(event(1, 'info'));
  expect(before).toEqual([]);
});

test('changes of the network in a row have one place each, those before something else keep theirs', () => {
  const history = new History();
  const change = (id: number, how: string): FleetEvent => ({
    ...event(id, 'info'),
    tunnel: null,
    sentence: `this machine's ${how}`,
  });
  const kinds = ['addresses changed', 'default route changed'] as const;
  for (let id = 1; id <= 50; id += 1) history.add(change(id, kinds[id % 2]!));
  history.add(event(51, 'info'));
  for (let id = 52; id <= 99; id += 1) history.add(change(id, kinds[id % 2]!));
  expect(history.entries().map(({ at }) => Date.parse(at))).toEqual([49, 50, 51, 98, 99]);
});
