import { tunnelMachine } from '@holdfast/machines';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chartOf } from '../chart-of.ts';
import { layOut } from '../lay-out/lay-out.ts';
import { elementsOf } from '../testing/well-formed.ts';
import { randomMachine } from '../testing/random-machine.ts';
import { tunnelLayout, tunnelLayoutBrief } from '../tunnel-layout.ts';
import { CHART_COLOURS, CHART_RULES, drawSvg } from './index.ts';

const chart = chartOf(tunnelMachine);

/** The text in a drawing: all that is between its marks. */
function wordsOf(svg: string): string {
  return svg.replaceAll(/<(title|desc|style)>[^<]*<\/\1>/g, '').replaceAll(/<[^>]*>/g, ' ');
}

describe('a drawing', () => {
  test('of any machine is well-formed XML, whatever its names are', () => {
    fc.assert(
      fc.property(randomMachine, fc.string(), (machine, title) => {
        const any = chartOf(machine);
        expect(elementsOf(drawSvg(any, layOut(any), { title }))[0]).toBe('svg');
      }),
    );
  });

  test('has every state and transition, to be looked up by its name', () => {
    const svg = drawSvg(chart, tunnelLayout, { theme: 'css' });
    for (const { path } of chart.states) expect(svg).toContain(` data-state="${path}"`);
    for (const { id } of chart.transitions) expect(svg).toContain(` data-transition="${id}"`);
  });

  test('has the words of every transition; names of actions only where there is room for them', () => {
    const [full, brief] = [tunnelLayout, tunnelLayoutBrief].map((layout) =>
      wordsOf(drawSvg(chart, layout)),
    );
    for (const { trigger, guard, actions, target } of chart.transitions) {
      for (const words of [full, brief]) {
        expect(words).toContain(trigger.name);
        expect(words).toContain(guard === null || target === null ? '' : `[${guard}]`);
      }
      for (const action of actions) expect(full).toContain(action);
    }
    expect(brief).not.toContain('tellStopping');
  });

  test('marks active states and taken transitions, and nothing else', () => {
    const active = ['running', 'running.healthy'];
    const taken = ['running.probing#heartbeat.answered/0'];
    const svg = drawSvg(chart, tunnelLayout, { theme: 'css', active, taken });
    const lit = /<g class="[^"]*is-(?:active|taken)[^"]*" data-(?:state|transition)="([^"]*)"/g;
    const found = [...svg.matchAll(lit)].map(([, id]) => id);
    expect(new Set(found)).toEqual(new Set([...active, ...taken]));
    expect(drawSvg(chart, tunnelLayout, { theme: 'css' })).not.toMatch(/is-active|is-taken/);
    expect(svg).toContain('Active: running, running.healthy.');
  });

  test('lights a transition that leads nowhere by its words', () => {
    const id = 'running#child.spawned/0';
    const svg = drawSvg(chart, tunnelLayout, { theme: 'css', taken: [id] });
    expect(svg).toMatch(
      /<tspan class="trigger is-taken"[^>]* data-transition="running#child.spawned/,
    );
  });

  test('has a name and a description for those who do not see it', () => {
    const svg = drawSvg(chart, tunnelLayout, { title: 'a & b' });
    expect(svg).toContain('<title>a &amp; b</title>');
    expect(svg).toContain('<desc>Keeps one ssh up. A state chart of 25 states and ');
    expect(svg).toContain(' role="img"');
  });

  test('brings its colours with it, unless a page has them', () => {
    const [light, dark, css] = (['light', 'dark', 'css'] as const).map((theme) =>
      drawSvg(chart, tunnelLayout, { theme }),
    );
    expect(light).toContain(CHART_COLOURS.light['--chart-canvas']);
    expect(dark).toContain(CHART_COLOURS.dark['--chart-canvas']);
    expect(css).not.toMatch(/<style|#[0-9a-f]{6}/);
  });

  test('has a colour in each theme for every property that the rules use', () => {
    const used = new Set(CHART_RULES.match(/--chart-[a-z-]+/g));
    for (const colours of Object.values(CHART_COLOURS))
      expect(new Set(Object.keys(colours))).toEqual(used);
  });

  test.each(Object.entries(CHART_COLOURS))('can be read in the theme %s', (_, colours) => {
    const surfaces = ['canvas', 'container', 'state', 'label'] as const;
    for (const text of ['name', 'text', 'trigger', 'guard', 'actions'] as const)
      for (const surface of surfaces)
        expect(
          contrast(colours[`--chart-${text}`]!, colours[`--chart-${surface}`]!),
          `${text} on ${surface}`,
        ).toBeGreaterThan(4.5);
  });
});

/** How much two colours differ in light, as WCAG 2 has it. */
function contrast(one: string, other: string): number {
  const [dark, bright] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (bright! + 0.05) / (dark! + 0.05);
}

function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}
