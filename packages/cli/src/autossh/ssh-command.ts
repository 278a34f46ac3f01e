import type { SshCommand } from '@holdfast/engine';
import { keptSignals } from './kept-signals.ts';
import type { Plan } from './plan.ts';
import type { AgentSettings } from './session-agent.ts';

/** Makes the commands of a plan: one for each start, with the forwards of the heartbeat put in. */
export function sshCommands(
  { env, sshPath, sshArguments }: Plan,
  agent: AgentSettings | undefined,
  ignored: readonly NodeJS.Signals[],
): (forwards: readonly string[]) => SshCommand {
  // The strict sets leave ssh alone when autossh is killed, as the original does (SIG-7, SIG-8).
  const program = { file: sshPath, survivesParent: env.rules !== 'classic' };
  let isFirst = true;
  return (forwards) => {
    const ignores = keptSignals(ignored, env.rules, isFirst);
    isFirst = false;
    const args = sshArguments(forwards);
    const command = { ...program, ignores };
    if (agent === undefined) return { ...command, args };
    return { ...command, args: [...agent.sshArguments, ...args], env: agent.environment };
  };
}
