import {
  agentAnswers,
  knownSshOptions,
  runProgram,
  type SessionAgent,
  startSessionAgent,
} from '@holdfast/engine/parts';
import { isTerminal } from './is-terminal.ts';
import type { Plan } from './plan.ts';
import { readFileSync } from 'node:fs';

/** What ssh gets from an agent of this session. */
export interface AgentSettings {
  readonly environment: NodeJS.ProcessEnv;
  readonly sshArguments: readonly string[];
  /** Ends the agent; the keys it held are forgotten. */
  close(): void;
}

/**
 * Our agent, and no other: should ssh_config come to name another one meanwhile, a key goes there only if ssh_config says so itself.
 *
 * @see ssh_config(5), IdentityAgent: the word SSH_AUTH_SOCK stands for what that variable says.
 */
const ADD_KEYS = ['-o', 'AddKeysToAgent=yes', '-o', 'IdentityAgent=SSH_AUTH_SOCK'];

/**
 * Starts an ssh-agent for this session if one is wanted and none answers, so that a key unlocked once serves every reconnect.
 *
 * Wanted: as AUTOSSH_AGENT says; if it says nothing, on a terminal under the `classic` rules. It is an extra: whatever goes wrong with it is
 * told, and ssh goes without. Where ssh_config names an agent, or says anything about adding keys, that stands.
 */
export async function openSessionAgent(
  { env, sshPath, sshArguments }: Plan,
  tell: (problem: string) => void,
): Promise<AgentSettings | undefined> {
  const wanted = env.agent ?? (env.rules === 'classic' && isTerminal(0));
  if (!wanted) return undefined;
  const socket = process.env['SSH_AUTH_SOCK'];
  if (socket !== undefined && socket !== '' && (await agentAnswers(socket))) return undefined;
  const wishes = askAgentWishes(sshPath, sshArguments([]));
  const agent = await startSessionAgent((problem) =>
    tell(`no ssh-agent for this session: ${problem}`),
  );
  const { hasOther, leavesAdding } = await wishes;
  if (agent === undefined || !hasOther) return agent && settingsFor(agent, leavesAdding);
  agent.close();
  return undefined;
}

function settingsFor({ socket, close }: SessionAgent, addsKeys: boolean): AgentSettings {
  return {
    environment: { ...process.env, SSH_AUTH_SOCK: socket },
    sshArguments: addsKeys ? ADD_KEYS : [],
    close,
  };
}

/** What ssh's configuration says about agents, for one command line. */
interface AgentWishes {
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
async function askAgentWishes(ssh: string, args: readonly string[]): Promise<AgentWishes> {
  if (knownSshOptions(ssh, []) === undefined) return UNKNOWN;
  const words = ['-v', '-G', ...args];
  const { status, stdout, stderr } = await runProgram(ssh, words, process.env, LONGEST_MS);
  return status === 0 ? readAgentWishes(args, stdout, stderr) : UNKNOWN;
}

const SPEAKS_OF_ADDING = /addkeystoagent/i;

/** Reads what `ssh -v -G` wrote to stdout and stderr. */
function readAgentWishes(args: readonly string[], settings: string, report: string): AgentWishes {
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
