import { findProgram } from '@holdfast/engine';
import type { Finding } from './finding.ts';
import { runProgram } from './run-program.ts';

/** Whether ssh is there, and which one. */
export async function checkSshProgram(env: NodeJS.ProcessEnv): Promise<Finding> {
  const found = findProgram('ssh', env['PATH']);
  if ('problem' in found) {
    return {
      verdict: 'problem',
      about: 'ssh',
      sentence: `ssh cannot be run: ${found.problem}`,
      remedy: 'install OpenSSH, or put the directory of ssh into PATH',
    };
  }
  // ssh writes its version to stderr.
  const { stderr } = await runProgram(found.path, ['-V'], env);
  const version = stderr.trim().split('\n', 1)[0] || 'of an unknown version';
  return { verdict: 'ok', about: 'ssh', sentence: `${found.path} is ${version}` };
}
