import { agentAnswers, startSessionAgent, type SessionAgent } from '@holdfast/engine';
import { askAgentWishes } from './agent-settings.ts';
import { isTerminal } from './is-terminal.ts';
import type { Plan } from './plan.ts';

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
