import { findProgram, runProgram } from '@holdfast/engine/parts';
import { count } from '@holdfast/text';
import type { Finding } from './look.ts';

/** Whether ssh is there, and which one. */
export async function checkSshProgram(env: NodeJS.ProcessEnv): Promise<Finding> {
  const found = findProgram('ssh', env['PATH']);
  if ('problem' in found) {
    return {
      verdict: 'problem',
      about: 'ssh',
      sentence: `cannot run ssh: ${found.problem}`,
      remedy: 'install OpenSSH, or put the directory of ssh into PATH',
    };
  }
  // ssh writes its version to stderr.
  const { stderr } = await runProgram(found.path, ['-V'], env);
  const version = stderr.trim().split('\n', 1)[0] || 'of an unknown version';
  return { verdict: 'ok', about: 'ssh', sentence: `${found.path} is ${version}` };
}

/** The agent of this session. */
export interface AgentLook {
  readonly finding: Finding;
  /** Its public keys, in base64. */
  readonly keys: readonly string[];
}

/** Whether there is an agent, and how many keys it has. @see ssh-add(1), "EXIT STATUS". */
export async function checkAgent(env: NodeJS.ProcessEnv): Promise<AgentLook> {
  if ((env['SSH_AUTH_SOCK'] ?? '') === '') {
    return { keys: [], finding: agentFinding('ok', 'not running: SSH_AUTH_SOCK is not set') };
  }
  const { status, stdout } = await runProgram('ssh-add', ['-L'], env);
  if (status === 0) {
    const lines = stdout.trim().split('\n');
    const keys = lines.map((line) => line.split(' ')[1] ?? '');
    return { keys, finding: agentFinding('ok', `it has ${count(keys.length, 'key')}`) };
  }
  if (status === 1) {
    return { keys: [], finding: agentFinding('warning', 'it has no keys', 'add one: ssh-add') };
  }
  const sentence = `SSH_AUTH_SOCK is ${env['SSH_AUTH_SOCK']}, but no agent answers there`;
  return {
    keys: [],
    finding: agentFinding('warning', sentence, 'start ssh-agent, or log in again'),
  };
}

function agentFinding(verdict: Finding['verdict'], sentence: string, remedy?: string): Finding {
  return { verdict, about: 'agent', sentence, ...(remedy === undefined ? {} : { remedy }) };
}
