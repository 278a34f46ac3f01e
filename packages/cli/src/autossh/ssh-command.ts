import type { SessionAgent, SshCommand } from '@holdfast/engine';
import type { Plan } from './plan.ts';
import { agentSettings } from './session-agent.ts';

/** Makes the commands of a plan: one for each start, with the forwards of the heartbeat put in. */
export function sshCommands(
  { env, sshPath, sshArguments }: Plan,
  agent: SessionAgent | undefined,
): (forwards: readonly string[]) => SshCommand {
  // The strict sets leave ssh alone when autossh is killed, as the original does (SIG-7, SIG-8).
  const command = { file: sshPath, survivesParent: env.rules !== 'classic' };
  return (forwards) => {
    const args = sshArguments(forwards);
    if (agent === undefined) return { ...command, args };
    const settings = agentSettings(agent, args);
    return {
      ...command,
      args: [...settings.sshArguments, ...args],
      env: settings.environment,
    };
  };
}
