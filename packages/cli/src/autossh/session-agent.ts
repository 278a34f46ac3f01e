import { agentAnswers, startSessionAgent, type SessionAgent } from '@holdfast/engine';
import { isTerminal } from './is-terminal.ts';
import type { Plan } from './plan.ts';

/** What ssh gets from an agent of this session. */
export interface AgentSettings {
  readonly environment: NodeJS.ProcessEnv;
  readonly sshArguments: readonly string[];
}

/**
 * Starts an ssh-agent for this session if one is wanted and none answers, so that a key unlocked once serves every reconnect.
 *
 * Wanted: as AUTOSSH_AGENT says; if it says nothing, on a terminal under the `classic` rules.
 */
export async function openSessionAgent({ env }: Plan): Promise<SessionAgent | undefined> {
  const wanted = env.agent ?? (env.rules === 'classic' && isTerminal(0));
  if (!wanted) return undefined;
  const socket = process.env['SSH_AUTH_SOCK'];
  if (socket !== undefined && socket !== '' && (await agentAnswers(socket))) return undefined;
  return startSessionAgent();
}

/** How ssh is told of the agent. What the user says about adding keys stands. */
export function agentSettings(agent: SessionAgent, sshArguments: readonly string[]): AgentSettings {
  const userDecides = sshArguments.some((word) => /addkeystoagent/i.test(word));
  return {
    environment: { ...process.env, SSH_AUTH_SOCK: agent.socket },
    sshArguments: userDecides ? [] : ['-o', 'AddKeysToAgent=yes'],
  };
}
