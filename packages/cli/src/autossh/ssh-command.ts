import { canStall, type SshCommand } from '@holdfast/engine';
import { keptSignals } from './kept-signals.ts';
import type { HeartbeatNeeds } from './open-heartbeat.ts';
import type { Plan } from './plan.ts';
import type { AgentSettings } from './session-agent.ts';

/** Makes the commands of a plan: one for each start, with what its heartbeat needs put in. */
export function sshCommands(
  { env, sshPath, sshArguments, use }: Plan,
  agent: AgentSettings | undefined,
  ignored: readonly NodeJS.Signals[],
): (needs: HeartbeatNeeds) => SshCommand {
  const isStrict = env.rules !== 'classic';
  // The strict sets leave ssh alone when autossh is killed, and what ssh leaves behind always, as the original does (SIG-7, SIG-8).
  const program: Omit<SshCommand, 'args'> = {
    file: sshPath,
    survivesParent: isStrict,
    endsWithSsh: isStrict ? 'nobody' : 'descendants',
  };
  // An ssh without a session says little, but must not wait for somebody to read that: it would not even end (docs/rules.md, LOG-6).
  const mustNotWait = !isStrict && !use.hasSession && canStall(2);
  let isFirst = true;
  return ({ words, overhear }) => {
    const ignores = keptSignals(ignored, env.rules, isFirst);
    isFirst = false;
    const args = sshArguments(words);
    const passesStderr = overhear !== undefined || mustNotWait;
    const command = { ...program, ignores, passesStderr, overhear };
    if (agent === undefined) return { ...command, args };
    return { ...command, args: [...agent.sshArguments, ...args], env: agent.environment };
  };
}
