import { HOLDFAST_EXIT } from '../../exit-codes.ts';
import type { ContextOf } from '../body.ts';
import { checkAgent } from '../check/agent.ts';
import { checkTunnels } from '../check/check-tunnel.ts';
import type { Finding } from '../check/finding.ts';
import { formatFindings } from '../check/format-findings.ts';
import { checkSshProgram } from '../check/ssh-program.ts';
import { askSupervisor } from '../client/supervisor.ts';
import { count, sayJson } from '../terminal/say.ts';
import { configPath, readTunnels, type TunnelsFile } from './read-tunnels.ts';
import { selectByPatterns } from './select-by-patterns.ts';

export async function runCheck(context: ContextOf<'check'>): Promise<number> {
  const { values, terminal } = context;
  const file = readTunnels(configPath(context.env, values.config));
  const findings = await findAll(context, file);
  if (values.json === true) sayJson(terminal, { findings });
  else terminal.out(`${formatFindings(findings, terminal).join('\n')}\n`);
  const isBad = findings.some(({ verdict }) => verdict === 'problem');
  return isBad ? HOLDFAST_EXIT.error : HOLDFAST_EXIT.ok;
}

async function findAll(
  context: ContextOf<'check'>,
  { path, tunnels }: TunnelsFile,
): Promise<readonly Finding[]> {
  const env = { ...context.env };
  const selected = selectByPatterns(context.operands, tunnels);
  const ssh = await checkSshProgram(env);
  const agent = await checkAgent(env);
  const config: Finding = {
    verdict: 'ok',
    about: 'config',
    sentence: `${path} has ${count(tunnels.length, 'tunnel')}`,
  };
  const general = [config, ssh, agent.finding];
  if (ssh.verdict === 'problem') return general;
  const around = { env, agentKeys: agent.keys, all: tunnels, pids: await runningPids(context) };
  return [...general, ...(await checkTunnels(selected, around))];
}

/** A running tunnel holds its own ports. */
async function runningPids({ env }: ContextOf<'check'>): Promise<ReadonlyMap<string, number>> {
  try {
    const { tunnels } = await askSupervisor({ env, values: {} }, (client) => client.status({}));
    return new Map(tunnels.flatMap(({ name, pid }) => (pid === null ? [] : [[name, pid]])));
  } catch {
    return new Map();
  }
}
