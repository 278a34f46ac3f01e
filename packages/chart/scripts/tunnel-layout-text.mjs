/**
 * The source of src/tunnel-layout.ts.
 *
 * @param {Readonly<Record<'full' | 'brief', import('../src/layout.ts').Layout>>} layouts
 * @returns {string}
 */
export function tunnelLayoutText({ full, brief }) {
  return [
    '// Written by scripts/lay-out-tunnel.mjs from the tunnel machine: change that, and run `pnpm run docs`.',
    "import type { Layout } from './layout.ts';",
    '',
    '/** Where everything stands in the chart of the tunnel machine, with room for the names of actions. */',
    '// prettier-ignore',
    `export const tunnelLayout: Layout = ${JSON.stringify(full)};`,
    '',
    '/** The same without names of actions: a smaller picture. */',
    '// prettier-ignore',
    `export const tunnelLayoutBrief: Layout = ${JSON.stringify(brief)};`,
    '',
  ].join('\n');
}
