import { readAutosshEnvironment, type AutosshEnvironment } from '@holdfast/config';
import {
  closeOwnOutputs,
  LOG_LEVELS,
  processChildren,
  systemErrorText,
} from '@holdfast/engine/parts';
import { writeSync } from 'node:fs';
import { AUTOSSH_EXIT } from '../exit-codes.ts';
import { VERSION } from '../version.ts';
import { checkEncoding } from './arguments.ts';
import { parseAutosshArguments, type AutosshArguments } from './arguments.ts';
import {
  backgroundCaller,
  foregroundCaller,
  isBackgroundProcess,
  runInBackground,
} from './background.ts';
import { seenFromRoot } from './resolve-paths.ts';
import { guardDebugger } from '../debugger-guard.ts';
import { keepIgnoring, takeIgnoredSignals } from '../ignored-signals.ts';
import type { EarlySignals, StartSignals } from './early-signals.ts';
import { formatHelp, USAGE } from './help.ts';
import { logsToStderr, openLog, openLogOfErrors } from './log.ts';
import { makePlan } from './plan.ts';
import { complain, complainInWords, PROGRAM, sentenceOf } from './log.ts';
import { run } from './run.ts';

/** The program `autossh`. Its exit status is the process's. */
export function main(early: EarlySignals): void {
  guardDebugger();
  const ignored = takeIgnoredSignals(process.env);
  keepIgnoring(ignored);
  process.on('uncaughtException', (error) => {
    processChildren.killAll();
    const sentence = `internal error, ending ssh: ${error.stack ?? error}`;
    void refuse(sentence).finally(() => process.exit(AUTOSSH_EXIT.error));
  });
  void autossh(process.argv.slice(2), { ...early, ignored }).then(end);
}

async function end(status: number): Promise<void> {
  await closeOwnOutputs();
  process.exit(status);
}

async function autossh(words: readonly string[], signals: StartSignals): Promise<number> {
  try {
    checkEncoding(words);
    const env = readAutosshEnvironment(process.env);
    return await obey(parseAutosshArguments(words, env.rules), env, signals);
  } catch (error) {
    return await refuse(sentenceOf(error));
  }
}

/** What cannot be done is told on stderr, while that is the user's, and to the log. */
async function refuse(sentence: string): Promise<number> {
  complain(sentence);
  const logger = openLogOfErrors(process.env['AUTOSSH_LOGFILE']);
  logger.log({ level: LOG_LEVELS.error, text: sentence });
  await logger.close();
  return AUTOSSH_EXIT.error;
}

async function obey(
  asked: AutosshArguments,
  env: AutosshEnvironment,
  signals: StartSignals,
): Promise<number> {
  const logger = openLog(env);
  switch (asked.kind) {
    case 'version':
      return say(versionLine(env));
    case 'help':
      return say(formatHelp());
    case 'usage-error':
      return usageError(asked.problem);
    case 'run': {
      if (!asked.hasHost) return usageError('missing host: name the host to connect to');
      const { env: seen, run: words, warnings } = seenFromRoot(env, asked);
      const plan = makePlan(seen, words);
      if (plan === undefined) return usageError('missing monitor port: set -M or AUTOSSH_PORT');
      if (!plan.background)
        return run(plan, { caller: foregroundCaller(logsToStderr(env)), logger, signals });
      if (!isBackgroundProcess()) {
        warnings.forEach(complain);
        return runInBackground(signals);
      }
      process.chdir('/');
      return run(plan, { caller: backgroundCaller(), logger, signals });
    }
  }
}

function versionLine({ rules }: AutosshEnvironment): string {
  return `${PROGRAM} ${rules === 'autossh-1.3' ? '1.3' : '1.4g'} (Holdfast ${VERSION}, rules ${rules})\n`;
}

/** Writes to stdout. A reader who went away has seen enough; whatever else is wrong with it is an error. */
function say(text: string): number {
  try {
    writeSync(1, text);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EPIPE') return AUTOSSH_EXIT.ok;
    complain(`the output cannot be written: ${systemErrorText(error)}`);
    return AUTOSSH_EXIT.error;
  }
  return AUTOSSH_EXIT.ok;
}

function usageError(problem: string): number {
  complain(problem);
  complainInWords(`${USAGE}\nTry '${PROGRAM} --help'.\n`);
  return AUTOSSH_EXIT.error;
}
