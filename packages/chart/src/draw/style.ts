/** The colours of a picture, by the custom properties that hold them. */
type Palette = Readonly<Record<`--chart-${string}`, string>>;

const LIGHT: Palette = {
  '--chart-canvas': '#ffffff',
  '--chart-container': '#f6f8fa',
  '--chart-state': '#ffffff',
  '--chart-border': '#c3cbd5',
  '--chart-name': '#17202b',
  '--chart-text': '#586574',
  '--chart-line': '#8592a3',
  '--chart-label': '#ffffff',
  '--chart-trigger': '#223247',
  '--chart-guard': '#8a4b00',
  '--chart-actions': '#5d6c7e',
  '--chart-active': '#0a7d4b',
  '--chart-active-fill': '#e2f6ec',
  '--chart-taken': '#b5480a',
  '--chart-taken-fill': '#fdeadb',
};

const DARK: Palette = {
  '--chart-canvas': '#0f141a',
  '--chart-container': '#161d26',
  '--chart-state': '#1e2732',
  '--chart-border': '#3b4857',
  '--chart-name': '#eef3f8',
  '--chart-text': '#9fb0c2',
  '--chart-line': '#6f8095',
  '--chart-label': '#1a222c',
  '--chart-trigger': '#dbe5f0',
  '--chart-guard': '#f0b866',
  '--chart-actions': '#8c9db0',
  '--chart-active': '#4cd596',
  '--chart-active-fill': '#12392a',
  '--chart-taken': '#ff9a57',
  '--chart-taken-fill': '#472a17',
};

/**
 * The rules of CSS that a drawing needs, over the custom properties of {@link CHART_COLOURS}.
 *
 * A page that draws with the theme `css` may put them into its own style sheet.
 */
export const CHART_RULES = `
.chart text{fill:var(--chart-text)}
.chart .is-container>text{paint-order:stroke;stroke:var(--chart-container);stroke-width:4px;stroke-linejoin:round}
.chart .is-root>text{stroke:var(--chart-canvas)}
.chart .name{fill:var(--chart-name);font-size:14px;font-weight:bold}
.chart .trigger{fill:var(--chart-trigger);font-weight:bold}
.chart .guard{fill:var(--chart-guard)}
.chart .actions{fill:var(--chart-actions)}
.chart .keyword{fill:var(--chart-text);font-style:italic}
.chart .frame{fill:var(--chart-state);stroke:var(--chart-border);stroke-width:1.2}
.chart .is-container>.frame{fill:var(--chart-container)}
.chart .is-root>.frame{fill:var(--chart-canvas)}
.chart .is-parallel>.frame{stroke-dasharray:6 4}
.chart .inner-frame{fill:none;stroke:var(--chart-border)}
.chart .rule{stroke:var(--chart-border);stroke-opacity:.6}
.chart .line{fill:none;stroke:var(--chart-line);stroke-width:1.3}
.chart .head{fill:var(--chart-line)}
.chart .initial circle{fill:var(--chart-name)}
.chart .label{fill:var(--chart-label)}
.chart .is-active>.frame{stroke:var(--chart-active);stroke-width:2.4}
.chart .is-active:not(.is-container)>.frame{fill:var(--chart-active-fill)}
.chart .is-active>.inner-frame{stroke:var(--chart-active)}
.chart .is-active>text>.name{fill:var(--chart-active)}
.chart .is-twin>.line,.chart .is-twin>.head{visibility:hidden}
.chart .is-taken>.line{stroke:var(--chart-taken);stroke-width:2.4;visibility:visible}
.chart .is-taken>.head{fill:var(--chart-taken);visibility:visible}
.chart .is-taken>.label{fill:var(--chart-taken-fill)}
.chart .is-taken .trigger,.chart tspan.is-taken{fill:var(--chart-taken)}
`.trim();

/** The colours, as the custom properties that {@link CHART_RULES} read. */
export const CHART_COLOURS: Readonly<Record<'light' | 'dark', Palette>> = {
  light: LIGHT,
  dark: DARK,
};

/** All that a file has to hold to be seen in a theme. */
export function styleOf(theme: 'light' | 'dark'): string {
  const colours = Object.entries(CHART_COLOURS[theme]).map(([name, value]) => `${name}:${value}`);
  return `.chart{${colours.join(';')}}\n${CHART_RULES}`;
}
