import { count, printableLine } from '@holdfast/text';
import { HOLDFAST_EXIT } from '../../exit-codes.ts';
import { checkTunnels } from '../check/check-tunnel.ts';
import type { Finding, Verdict } from '../check/look.ts';
import { checkAgent, checkSshProgram } from '../check/this-machine.ts';
import { askSupervisor } from '../client/ask-supervisor.ts';
import {
  BAD_FILE,
  CONFIG_OPTION,
  defineCommand,
  DONE,
  HELP_OPTION,
  JSON_OPTION,
  NAMES,
  USAGE,
} from '../command-line/command.ts';
import type { ContextOf } from '../context.ts';
import { sayJson } from '../terminal/say.ts';
import type { Style, Terminal } from '../terminal/terminal.ts';
import { wrapText } from '../terminal/wrap-text.ts';
import { configPath, readTunnels, type TunnelsFile } from '../tunnels-file/read-tunnels.ts';
import { selectByPatterns } from '../tunnels-file/select-tunnels.ts';

export const check = defineCommand({
  name: 'check',
  summary: 'tell what would go wrong, without connecting anywhere',
  about: [
    'Looks at the tunnels file, ssh and its options, the agent, the keys (also those with a passphrase), the host keys, the ports and sockets, and whatever in ssh_config is in the way: what is there, and what would keep a tunnel from coming up.',
    'It asks ssh for its settings (ssh -G), so ssh_config counts, and programs of Match exec run as at each start of ssh, for 5 s at most; no server and no name server is asked.',
  ],
  operands: [NAMES],
  options: { ...CONFIG_OPTION, ...JSON_OPTION, ...HELP_OPTION },
  examples: [
    { line: 'holdfast check', does: 'everything' },
    { line: 'holdfast check db', does: 'one tunnel' },
  ],
  exits: [
    { ...DONE, when: 'no problems; there may be warnings' },
    { status: HOLDFAST_EXIT.error, when: 'there are problems' },
    USAGE,
    BAD_FILE,
  ],
  json: '`{ "findings": [{ "verdict": "ok" | "warning" | "problem", "about", "tunnel"?, "sentence", "remedy"? }] }`',
});

export async function runCheck(context: ContextOf<typeof check>): Promise<number> {
  const { values, terminal } = context;
  const file = readTunnels(configPath(context.env, values.config));
  const findings = await findAll(context, file);
  if (values.json === true) sayJson(terminal, { findings });
  else terminal.out(`${formatFindings(findings, terminal).join('\n')}\n`);
  const isBad = findings.some(({ verdict }) => verdict === 'problem');
  return isBad ? HOLDFAST_EXIT.error : HOLDFAST_EXIT.ok;
}

async function findAll(
  context: ContextOf<typeof check>,
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
async function runningPids({ env }: ContextOf<typeof check>): Promise<ReadonlyMap<string, number>> {
  try {
    const { tunnels } = await askSupervisor({ env, values: {} }, (client) => client.status({}));
    return new Map(tunnels.flatMap(({ name, pid }) => (pid === null ? [] : [[name, pid]])));
  } catch {
    return new Map();
  }
}

const STYLES: Readonly<Record<Verdict, Style>> = { ok: 'green', warning: 'yellow', problem: 'red' };
const INDENT = ' '.repeat(9);

/** The findings as lines, and what they come to. */
function formatFindings(
  findings: readonly Finding[],
  { columns, paint }: Pick<Terminal, 'columns' | 'paint'>,
): readonly string[] {
  const format = (text: string) =>
    wrapText(printableLine(text), { columns: columns(), first: INDENT, rest: `${INDENT}  ` });
  const lines = findings.flatMap(({ verdict, about, tunnel, sentence, remedy }) => {
    const [first, ...rest] = format(`${tunnel ?? about}: ${sentence}`);
    const mark = paint(STYLES[verdict], verdict) + ' '.repeat(INDENT.length - verdict.length);
    const remedyLines = remedy === undefined ? [] : format(`what to do: ${remedy}`);
    return [mark + first!.slice(INDENT.length), ...rest, ...remedyLines];
  });
  return [...lines, '', summary(findings)];
}

function summary(findings: readonly Finding[]): string {
  const many = (wanted: Verdict) => findings.filter(({ verdict }) => verdict === wanted).length;
  return `${count(many('problem'), 'problem')}, ${count(many('warning'), 'warning')}`;
}
