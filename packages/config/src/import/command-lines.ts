import { isAssignment, readAssignments, readCommand } from './autossh-command.ts';
import type { Environment } from './autossh-settings.ts';
import { joinFindings, NOTHING, type Findings } from './found-tunnel.ts';
import { splitShell, type ShellCommand } from './shell-commands.ts';

/** The time in front of a line of a crontab: a word for it, or five fields, of which two may have names. */
const CRON_TIME =
  /^\s*(?:@[a-z]+|(?:[\d*][\d*,/-]*[ \t]+){3}(?:[\dA-Za-z*][\dA-Za-z*,/-]*[ \t]+)[\dA-Za-z*][\dA-Za-z*,/-]*)[ \t]+(?=\S)/;

/** A variable as a crontab sets it, which may have blanks around its `=`, and needs no quotes. */
const CRON_VARIABLE = /^([A-Za-z_]\w*)\s*=\s*(?:"([^"]*)"|'([^']*)'|(.*))$/s;

/**
 * Finds the tunnels in lines of a shell or of a crontab.
 *
 * A variable counts for the lines behind it. Nothing is filled in: words with `$` in them are told in notes.
 *
 * @see crontab(5)
 */
export function readCommandLines(text: string): Findings {
  const lines = joinLines(text);
  const isCrontab = lines.some((line) => CRON_TIME.test(line));
  const environment: Record<string, string> = {};
  const found: Findings[] = [];
  for (const line of lines) {
    const [, name, ...values] = (isCrontab && CRON_VARIABLE.exec(line.trim())) || [];
    if (name === undefined) {
      const { assigned, findings } = readLine(line, environment);
      Object.assign(environment, assigned);
      found.push(findings);
    } else environment[name] = values.find((each) => each !== undefined) ?? '';
  }
  return joinFindings(found);
}

/** Lines, joined where one ends in a backslash. */
function joinLines(text: string): readonly string[] {
  return text.replaceAll(/\\\r?\n/g, '').split(/\r?\n/);
}

function readLine(line: string, environment: Environment) {
  const isTimed = CRON_TIME.test(line);
  // What stands behind a percent sign is the input of the command.
  const command = isTimed ? cronCommand(line) : line;
  const read = splitShell(command);
  const mentions = /\b(?:auto)?ssh\b/.test(line);
  if ('wrong' in read) {
    const faults = mentions ? [`${JSON.stringify(line.trim())} ${read.wrong}`] : [];
    return { assigned: {}, findings: { ...NOTHING, faults } };
  }
  let assigned: Environment = {};
  const found: Findings[] = [];
  for (const each of read.value) {
    if (isAssignment(each.words)) assigned = { ...assigned, ...readAssignments(each.words) };
    else {
      const known = { ...environment, ...assigned };
      found.push(withExpansions(readCommand(each.words, known), each));
    }
  }
  return { assigned, findings: joinFindings(found) };
}

function cronCommand(line: string): string {
  const [command] = line.replace(CRON_TIME, '').split(/(?<!\\)%/, 1);
  return command!.replaceAll('\\%', '%');
}

function withExpansions(findings: Findings, { expanded }: ShellCommand): Findings {
  if (expanded.length === 0) return findings;
  const note = `the shell would have filled in ${expanded.join(', ')}: write out what is meant`;
  const tunnels = findings.tunnels.map((tunnel) => ({ ...tunnel, notes: [...tunnel.notes, note] }));
  return { ...findings, tunnels };
}
