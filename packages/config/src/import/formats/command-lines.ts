import {
  atLines,
  type Found,
  joinFound,
  NOTHING,
  type ReadText,
  withNotes,
  withoutLines,
} from '../found.ts';
import { readScript } from '../shell/script.ts';
import { variable, type Variables } from '../shell/shell-variables.ts';

/** The time in front of a line of a crontab: a word for it, or five fields, of which two may have names. */
const CRON_TIME =
  /^\s*(?:@[a-z]+|(?:[\d*][\d*,/-]*[ \t]+){3}(?:[\dA-Za-z*][\dA-Za-z*,/-]*[ \t]+)[\dA-Za-z*][\dA-Za-z*,/-]*)[ \t]+(?=\S)/;

/** A variable as a crontab sets it, which may have blanks around its `=`, and needs no quotes. */
const CRON_VARIABLE = /^\s*([A-Za-z_]\w*)\s*=\s*(?:"([^"]*)"|'([^']*)'|(.*?))\s*$/s;

/**
 * Finds the tunnels in lines of a shell or of a crontab.
 *
 * A variable counts for the lines behind it, until it is set anew.
 *
 * @see crontab(5)
 */
export function readCommandLines(text: string, firstLine: number, readText: ReadText): Found {
  const lines = text.split('\n');
  if (lines.some((line) => CRON_TIME.test(line))) return readCrontab(lines, firstLine);
  const variables: Variables = new Map();
  const found = readScript(withoutProcd(text), firstLine, variables, readText);
  return joinFound([withNotes(found, notesOfProcd(text)), readOpenRc(text, firstLine, variables)]);
}

/** A service of OpenWrt gives its command to procd, in one or more lines. @see https://openwrt.org/docs/guide-developer/procd-init-scripts */
function withoutProcd(text: string): string {
  return text
    .replaceAll(/\n[ \t]*procd_append_param[ \t]+command\b/g, ' \\\n')
    .replaceAll(/^([ \t]*)procd_set_param[ \t]+command\b/gm, '$1');
}

function notesOfProcd(text: string): readonly string[] {
  const users = [...text.matchAll(/^[ \t]*procd_set_param[ \t]+user[ \t]+(\S+)/gm)];
  return [...new Set(users.map(([, user]) => `procd ran one of the commands as user ${user}`))];
}

/** A service of OpenRC has its command in variables. @see openrc-run(8) */
function readOpenRc(text: string, firstLine: number, variables: Variables): Found {
  const [program, words] = ['command', 'command_args'].map((name) => variables.get(name)?.fields);
  if (program === undefined || words === undefined) return NOTHING;
  const line = [...program, ...words].map((field) => field.text).join(' ');
  const own = text
    .split('\n')
    .flatMap((each, index) => (/^\s*command(?:_args)?\+?=/.test(each) ? [index] : []));
  const at = firstLine + (own[0] ?? 0);
  const found = withNotes(
    withoutLines(readScript(line, 1, new Map(variables))),
    notesAboutUser(variables),
  );
  return atLines(found, at, firstLine + (own.at(-1) ?? 0));
}

/** A group may stand behind the user: `command_user="tunnel:tunnel"`. */
function notesAboutUser(variables: Variables): readonly string[] {
  const [user] = variables.get('command_user')?.fields ?? [];
  if (user === undefined || user.text === '') return [];
  return [
    `OpenRC ran it as user ${user.text.split(':')[0]}: add it to the tunnels file of that user`,
  ];
}

function readCrontab(lines: readonly string[], firstLine: number): Found {
  const variables: Variables = new Map();
  const found = lines.map((line, index): Found => {
    const [, name, ...values] = CRON_VARIABLE.exec(line) ?? [];
    if (name !== undefined) {
      variables.set(name, variable(values.find((each) => each !== undefined) ?? ''));
      return { ...NOTHING, lines: [firstLine + index] };
    }
    const isTimed = CRON_TIME.test(line);
    return readScript(isTimed ? cronCommand(line) : line, firstLine + index, new Map(variables));
  });
  return joinFound(found);
}

/** What stands behind a percent sign is the input of the command. */
function cronCommand(line: string): string {
  const [command] = line.replace(CRON_TIME, '').split(/(?<!\\)%/, 1);
  return command!.replaceAll('\\%', '%');
}
