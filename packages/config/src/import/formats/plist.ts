import { plainFields, readAssignments, readCommand } from '../commands/autossh-command.ts';
import { atLines, type Found, linesBetween, NOTHING, withNotes } from '../found.ts';

/**
 * Finds the tunnel of a property list of launchd.
 *
 * @see launchd.plist(5)
 */
export function readPlist(text: string, firstLine = 1): Found {
  const plain = text.replaceAll(/<!--[\s\S]{0,4000}?-->/g, (comment) =>
    comment.replaceAll(/[^\n]/g, ' '),
  );
  const lineAt = (at: number) => firstLine + plain.slice(0, at).split('\n').length - 1;
  const found = /<key>\s*ProgramArguments\s*<\/key>\s*<array>([\s\S]*?)<\/array>/.exec(plain);
  const lines = linesBetween(firstLine, lineAt(plain.length));
  if (found === null) return { ...NOTHING };
  const [program] = stringsBehind(plain, 'Program');
  const words = strings(found[1]!);
  const [first, ...rest] = words;
  // With both, the first of the arguments is only a name.
  const all = program === undefined ? words : [program, ...(first === undefined ? [] : rest)];
  const read = atLines(
    readCommand(plainFields(all), environmentOf(plain)),
    lineAt(found.index),
    lineAt(found.index + found[0].length),
  );
  const isOff = /<key>\s*Disabled\s*<\/key>\s*<true\s*\/>/.test(plain);
  const notes = isOff ? ['it was switched off in launchd (Disabled)'] : [];
  const [user] = stringsBehind(plain, 'UserName');
  if (user !== undefined) notes.push(`launchd ran it as user ${user}`);
  const isRead = read.tunnels.length + read.faults.length > 0;
  return { ...withNotes(read, notes), lines: isRead ? lines : [] };
}

function environmentOf(text: string) {
  const [, dict = ''] =
    /<key>\s*EnvironmentVariables\s*<\/key>\s*<dict>([\s\S]*?)<\/dict>/.exec(text) ?? [];
  const pairs = dict.matchAll(/<key>([^<]*)<\/key>\s*<string>([^<]*)<\/string>/g);
  return readAssignments([...pairs].map(([, key, value]) => `${key!.trim()}=${decode(value!)}`));
}

function stringsBehind(text: string, key: string): readonly string[] {
  const found = new RegExp(`<key>\\s*${key}\\s*</key>\\s*(<string>[^<]*</string>)`).exec(text);
  return found === null ? [] : strings(found[1]!);
}

function strings(text: string): readonly string[] {
  return [...text.matchAll(/<string>([^<]*)<\/string>|<string\s*\/>/g)].map(([, each]) =>
    decode(each ?? ''),
  );
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
};

function decode(text: string): string {
  return text.replaceAll(/&(?:(\w+)|#(\d{1,6})|#x([0-9a-f]{1,5}));/gi, (whole, name, ten, hex) => {
    if (name !== undefined) return ENTITIES[name as string] ?? whole;
    const code = Number.parseInt((ten ?? hex) as string, ten === undefined ? 16 : 10);
    return code > 0x10_ff_ff ? whole : String.fromCodePoint(code);
  });
}
