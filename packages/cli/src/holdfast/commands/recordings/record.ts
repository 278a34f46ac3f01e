import { followRecording } from '@holdfast/recording';
import { count, listNames } from '@holdfast/text';
import { existsSync } from 'node:fs';
import { HOLDFAST_EXIT } from '../../../exit-codes.ts';
import { askSupervisor } from '../../client/ask-supervisor.ts';
import { findPaths, supervisorPlaces } from '../../client/places.ts';
import { CommandError } from '../../command-line/command-error.ts';
import {
  defineCommand,
  DONE,
  HELP_OPTION,
  NAMES,
  NOT_RUNNING,
  UNREACHABLE,
  USAGE,
} from '../../command-line/command.ts';
import { readTime } from '../../command-line/parse-words.ts';
import type { ContextOf, Environment } from '../../context.ts';
import { whenInterrupted } from '../../terminal/when-interrupted.ts';
import { selectByPatterns } from '../../tunnels-file/select-tunnels.ts';
import { openNewFile, type NewFile } from './new-file.ts';

export const record = defineCommand({
  name: 'record',
  summary: 'keep a recording of what tunnels do from now on',
  about: [
    'The supervisor records every input of every tunnel all the time, and forgets what is old. This command follows that recording and writes down the part of the named tunnels, from their last checkpoint on, until Ctrl-C. Play it with "holdfast replay".',
    'It is not meant for others to read: "holdfast report" makes a file that is.',
  ],
  operands: [NAMES],
  options: {
    output: { short: 'o', takes: 'FILE', summary: 'a new file, instead of stdout' },
    for: { takes: 'TIME', summary: 'end after this time: 30s, 10m' },
    ...HELP_OPTION,
  },
  examples: [
    { line: 'holdfast record db -o db.ndjson', does: 'until Ctrl-C' },
    { line: 'holdfast record --for 1m | holdfast replay -', does: 'a minute, played at once' },
  ],
  exits: [
    DONE,
    {
      status: HOLDFAST_EXIT.error,
      when: 'no such tunnel, no recording, or the file already exists or cannot be written',
    },
    USAGE,
    NOT_RUNNING,
    UNREACHABLE,
  ],
});

export async function runRecord(context: ContextOf<typeof record>): Promise<number> {
  const { values, operands, terminal, env } = context;
  const forMs = values.for === undefined ? undefined : readTime(record, 'for', values.for);
  const names = await namesOf(operands, env);
  const { recording } = supervisorPlaces(findPaths(env));
  if (!existsSync(recording)) {
    throw new CommandError('failed', 'no recording yet: it begins with "holdfast up"');
  }
  const output = openOutput(values.output, terminal.out);
  const stop = new AbortController();
  const release = whenInterrupted(() => stop.abort());
  const timer = forMs === undefined ? undefined : setTimeout(() => stop.abort(), forMs);
  const until = values.for === undefined ? 'until Ctrl-C' : `for ${values.for}`;
  terminal.err(`recording ${listNames(names ?? ['every tunnel'])} ${until}\n`);
  let lines = 0;
  for await (const line of followRecording(recording, {
    isNamed: (name) => names?.includes(name) ?? true,
    signal: stop.signal,
  })) {
    output.write(`${line}\n`);
    lines += 1;
  }
  clearTimeout(timer);
  release();
  output.close();
  terminal.err(`${count(lines, 'line')} written\n`);
  return HOLDFAST_EXIT.ok;
}

/** The tunnels of the supervisor that are meant; `undefined`: all, also those to come. */
async function namesOf(
  patterns: readonly string[],
  env: Environment,
): Promise<readonly string[] | undefined> {
  const { tunnels } = await askSupervisor({ env, values: {} }, (client) => client.status());
  if (patterns.length === 0) return undefined;
  return selectByPatterns(patterns, tunnels).map(({ name }) => name);
}

function openOutput(path: string | undefined, out: (text: string) => void): NewFile {
  return path === undefined ? { write: out, close: () => undefined } : openNewFile(path);
}
