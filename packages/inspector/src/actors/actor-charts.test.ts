import { chartOf, tunnelLayout } from '@holdfast/chart';
import { expect, test } from 'vitest';
import { createMachine } from 'xstate';
import { inertTunnel } from '../testing/inert-tunnel.ts';
import { countedLight, trafficLight } from '../testing/traffic-light.ts';
import { createActorCharts } from './actor-charts.ts';

test('the chart of a machine is drawn from its definition, with a place for every state', async () => {
  const charts = createActorCharts();
  const drawn = await charts.drawn(charts.idOf(trafficLight));
  expect(drawn?.chart).toEqual(chartOf(trafficLight));
  const paths = drawn?.chart.states.map(({ path }) => path);
  expect(Object.keys(drawn?.layout.states ?? {}).sort()).toEqual(paths?.sort());
  expect(charts.drawn('nobody')).toBeUndefined();
});

test('machines with one id and two configs have two charts, and those with one config have one', async () => {
  const charts = createActorCharts();
  const one = createMachine({ id: 'same', initial: 'a', states: { a: {} } });
  const two = createMachine({ id: 'same', initial: 'b', states: { b: {} } });
  const three = createMachine({ id: 'same' });
  expect([one, two, three, two, one].map(charts.idOf)).toEqual([
    'same',
    'same 2',
    'same 3',
    'same 2',
    'same',
  ]);
  expect(charts.idOf(countedLight(Promise.resolve(1)))).toBe('traffic light');
  expect(charts.idOf(countedLight(Promise.resolve(2)))).toBe('traffic light');
  const drawn = await charts.drawn('same 2');
  expect(drawn?.chart.states.map(({ path }) => path)).toEqual(['', 'b']);
});

test('a chart is laid out once, and that of a tunnel is taken from the picture of the docs', async () => {
  const charts = createActorCharts();
  expect(await charts.drawn(charts.idOf(inertTunnel))).toEqual({
    chart: chartOf(inertTunnel),
    layout: tunnelLayout,
  });
  const light = charts.idOf(trafficLight);
  expect(charts.drawn(light)).toBe(charts.drawn(light));
});
