import { knownSshOptions } from '@holdfast/engine';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** What ssh's configuration says about agents, for one command line. */
export interface AgentWishes {
  /** ssh asks an agent of the user's own choice, or none: whatever SSH_AUTH_SOCK says is nothing to it. */
  readonly hasOther: boolean;
  /** Nobody has said whether keys are to be put into an agent. */
  readonly leavesAdding: boolean;
}

/** Nothing is known: then no key is put anywhere. */
const UNKNOWN: AgentWishes = { hasOther: false, leavesAdding: false };

/** How long ssh may take to read its configuration, or something that is no ssh to do something else. */
const LONGEST_MS = 1000;

/**
 * Asks ssh itself (`-G`, which connects nowhere) what its configuration says about agents; with `-v` it names each file that it read.
 *
 * A program that is not OpenSSH's is not run for that: it would take the question for a start.
 *
 * `-G` tells `addkeystoagent false` both where somebody said so and where nobody said anything: so the files are searched for the word.
 */
export function askAgentWishes(ssh: string, args: readonly string[]): Promise<AgentWishes> {
  if (knownSshOptions(ssh, []) === undefined) return Promise.resolve(UNKNOWN);
  const options = { timeout: LONGEST_MS, killSignal: 'SIGKILL' } as const;
  return new Promise((resolve) => {
    try {
      execFile(ssh, ['-v', '-G', ...args], options, (error, settings, report) =>
        resolve(error === null ? readAgentWishes(args, settings, report) : UNKNOWN),
      ).stdin?.end();
    } catch {
      resolve(UNKNOWN); // too many words, or no descriptors
    }
  });
}

const SPEAKS_OF_ADDING = /addkeystoagent/i;

/** Reads what `ssh -v -G` wrote to stdout and stderr. */
export function readAgentWishes(
  args: readonly string[],
  settings: string,
  report: string,
): AgentWishes {
  // The option -q silences -v.
  if (!/^hostname /m.test(settings) || !/^OpenSSH_/m.test(report)) return UNKNOWN;
  const agent = /^identityagent (.*)$/m.exec(settings)?.[1]?.trim();
  const files = [...report.matchAll(/^debug1: Reading configuration data (.*?)\r?$/gm)];
  return {
    hasOther: agent !== undefined && agent !== 'SSH_AUTH_SOCK' && agent !== '$SSH_AUTH_SOCK',
    leavesAdding:
      !args.some((word) => SPEAKS_OF_ADDING.test(word)) &&
      !files.some(([, path]) => SPEAKS_OF_ADDING.test(textOf(path!))),
  };
}

/** A file that cannot be read by us could say anything. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return 'AddKeysToAgent';
  }
}
