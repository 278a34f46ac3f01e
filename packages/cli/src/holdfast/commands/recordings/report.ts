import { runProgram, systemErrorText } from '@holdfast/engine/parts';
import { isRecordingError, makeReport, reportRedactor, type Redactor } from '@holdfast/recording';
import { count } from '@holdfast/text';
import { HOLDFAST_EXIT } from '../../../exit-codes.ts';
import { VERSION } from '../../../version.ts';
import { askSupervisor } from '../../client/ask-supervisor.ts';
import { findPaths, supervisorPlaces } from '../../client/places.ts';
import { CommandError, isCommandError } from '../../command-line/command-error.ts';
import { defineCommand, HELP_OPTION, NAME, USAGE } from '../../command-line/command.ts';
import { readTime, usageError } from '../../command-line/parse-words.ts';
import type { ContextOf, Environment } from '../../context.ts';
import { readTunnels } from '../../tunnels-file/read-tunnels.ts';
import { openNewFile } from './new-file.ts';

export const report = defineCommand({
  name: 'report',
  summary: 'write down what a tunnel did, for a bug report',
  about: [
    'Writes a file with the recording of one tunnel and the versions of holdfast, Node and ssh. No supervisor has to run. "holdfast replay" plays it.',
    "Taken out: addresses, users, paths, options, and whatever ssh, servers and commands said that is not a fixed text of theirs. What was taken out reads hidden-1, hidden-2 and so on: the same word has the same number. What stays: the tunnel's name, times, states, settings of the rules, round trips. Look at the file before you send it.",
  ],
  operands: [NAME],
  options: {
    since: { takes: 'TIME', summary: 'the last TIME: 10m, 1h, 2d (1h)' },
    output: { short: 'o', takes: 'FILE', summary: 'another file; - is stdout' },
    'keep-hosts': { summary: 'do not hide the host of the tunnel' },
    ...HELP_OPTION,
  },
  examples: [
    { line: 'holdfast report db', does: 'into holdfast-report-db-DATE.ndjson' },
    { line: 'holdfast report db --since 2d -o - | less', does: 'to look at it' },
  ],
  exits: [
    { status: HOLDFAST_EXIT.ok, when: 'written' },
    {
      status: HOLDFAST_EXIT.error,
      when: 'nothing about it is recorded, or the file already exists or cannot be written',
    },
    USAGE,
  ],
});

type ReportContext = ContextOf<typeof report>;

const SINCE = '1h';

export async function runReport(context: ReportContext): Promise<number> {
  const { values, operands, terminal, env } = context;
  const name = operands[0]!;
  const fromMs = Date.now() - readSpan(values.since ?? SINCE);
  const kept = [name, ...(values['keep-hosts'] === true ? hostsOf(name, context) : [])];
  const redactor = reportRedactor(kept);
  const about = { ...(await versions(env)), ...(await whyOf(name, redactor, env)) };
  const wish = { name, fromMs, redactor, about };
  const { recording } = supervisorPlaces(findPaths(env));
  const { lines, isCut } = await makeReport(recording, wish).catch(explain);
  if (lines.length === 0) {
    throw new CommandError('failed', `nothing about a tunnel "${name}" is recorded`);
  }
  const text = `${lines.join('\n')}\n`;
  const path = values.output ?? `holdfast-report-${name}-${dateNow()}.ndjson`;
  if (path === '-') terminal.out(text);
  else {
    const file = openNewFile(path);
    file.write(text);
    file.close();
  }
  const where = path === '-' ? '' : ` written to ${path}: look at it before you send it`;
  terminal.err(
    `${count(lines.length, 'line')}${where}${isCut ? '; older ones are left out' : ''}\n`,
  );
  return HOLDFAST_EXIT.ok;
}

/** Nothing lies in a time of 0. */
function readSpan(written: string): number {
  const ms = readTime(report, 'since', written);
  if (ms > 0) return ms;
  throw usageError(report, `--since must be longer than 0, such as 10m`);
}

/** The host as it stands in the tunnels file; if that cannot be read it is hidden. */
function hostsOf(name: string, { env, terminal }: ReportContext): readonly string[] {
  try {
    const { tunnels } = readTunnels(findPaths(env).config);
    return tunnels.filter((tunnel) => tunnel.name === name).map(({ host }) => host);
  } catch (error) {
    if (!isCommandError(error)) throw error;
    terminal.err(`the host is hidden, since it is not known: ${error.message}\n`);
    return [];
  }
}

async function versions(env: NodeJS.ProcessEnv): Promise<Readonly<Record<string, string>>> {
  // ssh writes its version to stderr.
  const { stderr } = await runProgram('ssh', ['-V'], env);
  return {
    holdfast: VERSION,
    node: process.version,
    ssh: /^OpenSSH_[\w.-]{1,40}/.exec(stderr)?.[0] ?? 'unknown',
    platform: `${process.platform} ${process.arch}`,
  };
}

/** What `holdfast why` says now; nothing if no supervisor answers. */
async function whyOf(
  name: string,
  redactor: Redactor,
  env: Environment,
): Promise<Readonly<Record<string, string>>> {
  try {
    const { sentences } = await askSupervisor({ env, values: {} }, (client) => client.why(name));
    return { why: sentences.map(redactor.text).join(' ') };
  } catch (error) {
    if (isCommandError(error)) return {};
    throw error;
  }
}

/** Such as `2026-01-31T120000`: no colons, which some systems do not take in names. */
function dateNow(): string {
  return new Date().toISOString().slice(0, 19).replaceAll(':', '');
}

function explain(error: unknown): never {
  if (isRecordingError(error)) throw new CommandError('failed', error.message);
  if ((error as NodeJS.ErrnoException).code === undefined) throw error;
  throw new CommandError('failed', `the recording cannot be read: ${systemErrorText(error)}`);
}
