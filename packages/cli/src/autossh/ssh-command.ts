import type { SessionAgent, SshCommand } from '@holdfast/engine';
import type { Plan } from './plan.ts';
import { agentSettings } from './session-agent.ts';

/** Makes the commands of a plan: one for each start, with the forwards of the heartbeat put in. */
export function sshCommands(
  { sshPath, sshArguments }: Plan,
  agent: SessionAgent | undefined,
): (forwards: readonly string[]) => SshCommand {
  return (forwards) => {
    const args = sshArguments(forwards);
    if (agent === undefined) return { file: sshPath, args };
    const settings = agentSettings(agent, args);
    return {
      file: sshPath,
      args: [...settings.sshArguments, ...args],
      env: settings.environment,
    };
  };
}
