import { followRecording } from '@holdfast/recording';
import { existsSync } from 'node:fs';
import { HOLDFAST_EXIT } from '../../exit-codes.ts';
import type { ContextOf, Environment } from '../body.ts';
import { askSupervisor, findPaths } from '../client/supervisor.ts';
import { whenInterrupted } from '../client/when-interrupted.ts';
import { record } from '../commands/record.ts';
import { selectByPatterns } from '../file/select-by-patterns.ts';
import { supervisorPlaces } from '../supervise/places.ts';
import { count, listNames } from '../terminal/say.ts';
import { CommandError } from '../words/command-error.ts';
import { readTime } from '../words/read-time.ts';
import { openNewFile, type NewFile } from './new-file.ts';

export async function runRecord(context: ContextOf<'record'>): Promise<number> {
  const { values, operands, terminal, env } = context;
  const forMs = values.for === undefined ? undefined : readTime(record, 'for', values.for);
  const names = await namesOf(operands, env);
  const { recording } = supervisorPlaces(findPaths(env));
  if (!existsSync(recording)) {
    throw new CommandError('failed', 'there is no recording yet: it begins with "holdfast up"');
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
