/** A line that nobody who imports would want to lose: autossh, or an ssh with a forward or without a command. */
const MENTIONS = /\bautossh\b|\bssh\b[^#]*[\s"'=,[]-[A-Za-z0-9]*[LRDN]/;

/** What somebody says about a command is none; a command that was switched off may be worth a look. */
const PROSE = /^\s*(?:#|;|\/\/|<!--)(?!.*\b(?:auto)?ssh\s+(?:-|\S+\s+-))/;

/** A text may mention autossh as often as it likes. */
const MOST_LINES = 20;
const LONGEST_LINE = 80;

/** A sentence about the lines in which a tunnel may be that was not read. */
export function unreadLines(text: string, read: readonly number[]): readonly string[] {
  const known = new Set(read);
  const unread = text.split('\n').flatMap((line, index) => {
    const at = index + 1;
    if (known.has(at) || !MENTIONS.test(line) || PROSE.test(line)) return [];
    return [{ at, line: Array.from(line.trim()).slice(0, LONGEST_LINE).join('') }];
  });
  if (unread.length === 0) return [];
  const told = unread
    .slice(0, MOST_LINES)
    .map(({ at, line }) => `line ${at}: not read as a tunnel: ${line}`);
  const rest = unread.slice(MOST_LINES).map(({ at }) => at);
  const more = rest.length === 0 ? [] : [`not read as tunnels either: lines ${rest.join(', ')}`];
  return [...told, ...more];
}
