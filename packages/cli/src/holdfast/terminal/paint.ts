/** What text can look like. */
export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'alarm';

/** Gives text a look, where that is wanted. */
export type Paint = (style: Style, text: string) => string;

/** Parameters of SGR. @see ECMA-48, 8.3.117. */
const CODES: Readonly<Record<Style, string>> = {
  bold: '1',
  dim: '2',
  red: '31',
  green: '32',
  yellow: '33',
  alarm: '1;31',
};

export const paintNothing: Paint = (_style, text) => text;

export const paintColours: Paint = (style, text) =>
  text === '' ? '' : `\u001B[${CODES[style]}m${text}\u001B[0m`;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Whether to use colours: on a terminal that knows them, unless NO_COLOR says no; with FORCE_COLOR always.
 *
 * @see https://no-color.org, https://force-color.org
 */
export function wantsColours(isTerminal: boolean, env: Environment): boolean {
  const forced = env['FORCE_COLOR'] ?? '';
  if (forced !== '') return forced !== '0' && forced !== 'false';
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  return isTerminal && env['TERM'] !== 'dumb';
}
