// The one place that says what a terminal, a log and a reader are spared. Whatever comes from ssh, a server, a file or a supervisor goes
// through here before it is shown.

/**
 * What may steer a terminal (controls, C1 too), turn a line around or hide in it (formats, as of bidirectional text), end it (line and
 * paragraph separators), or be half of a character. Also what is not assigned, since it may become one of these, and private use.
 */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** Nearly all text is this, and needs no look at the tables of Unicode. */
const PLAIN = /^[ -~]*$/;

/** What stands where a character was taken out. */
const MARK = '\uFFFD';

/** The text with another text for each unprintable character, line ends and tabs included. */
export function replaceUnprintable(text: string, replace: (character: string) => string): string {
  return PLAIN.test(text) ? text : text.replace(UNPRINTABLE, replace);
}

/** Whether there is no unprintable character in a text: it is one line, and shows what it is. */
export function isPrintable(text: string): boolean {
  return PLAIN.test(text) || text.search(UNPRINTABLE) === -1;
}

/** Text from elsewhere as one line: line ends and tabs become a blank, every other unprintable character `\uFFFD`. */
export function printableLine(text: string): string {
  return replaceUnprintable(text.replace(/[\t\r\n]+/g, ' '), () => MARK);
}

/** Text from elsewhere with its lines: a tab becomes a blank, so that columns stay, every other unprintable character `\uFFFD`. */
export function printableText(text: string): string {
  const lines = text.split(/\r?\n/);
  return lines.map((line) => replaceUnprintable(line.replaceAll('\t', ' '), () => MARK)).join('\n');
}

/** A value as JSON in one line. JSON itself lets DEL, C1 and formats pass; here they are escaped, and mean the same to a parser. */
export function jsonLine(value: unknown): string {
  return replaceUnprintable(JSON.stringify(value), escapeUnits);
}

/** As JSON writes it: `\u009b`, and two of them for a character beyond the basic plane. */
function escapeUnits(character: string): string {
  return Array.from({ length: character.length }, (_, at) => {
    const unit = character.charCodeAt(at).toString(16);
    return `\\u${unit.padStart(4, '0')}`;
  }).join('');
}
