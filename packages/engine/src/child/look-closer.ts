import { homedir } from 'node:os';
import { readKeyFile, type KeyFile } from '../credentials/key-file.ts';
import { describeFailure, type Failure } from './failure-class.ts';
import { whoAnswers } from './greeting.ts';
import { ask, askSettings, valuesOf, type AskedSsh } from './ssh-settings.ts';

// Some failures ssh cannot tell, or does not: a key with a passphrase is passed over in silence when nobody can type it, and whatever
// closes the connection before it greets looks like a server that is full. So we look ourselves, once ssh has ended.

/** What can be found out about a failure; `undefined` where there is nothing to look for. Never rejects. */
export function lookCloser(failure: Failure, ssh: () => AskedSsh): Promise<Failure> | undefined {
  const { cause, facts } = failure;
  switch (cause) {
    case 'denied':
      return facts.methods?.split(',').includes('publickey') === true
        ? lookForLockedKey(failure, ssh()).catch(() => failure)
        : undefined;
    case 'closed-early':
    case 'no-greeting':
    case 'no-ssh-there':
      return facts.host === undefined || facts.port === undefined
        ? undefined
        : lookAtServer(failure, facts.host, facts.port);
    default:
      return undefined;
  }
}

async function lookAtServer(failure: Failure, host: string, port: number): Promise<Failure> {
  const answerer = await whoAnswers(host, port);
  const { facts, line = '' } = failure;
  switch (answerer.kind) {
    case 'stranger':
      return describeFailure({
        cause: 'no-ssh-there',
        line,
        facts: { ...facts, what: answerer.what },
      });
    case 'too-many':
      return describeFailure({ cause: 'too-many-connections', line, facts });
    case 'penalised':
      return describeFailure({ cause: 'penalised', line, facts });
    case 'nothing-new':
      return failure;
  }
}

async function lookForLockedKey(failure: Failure, ssh: AskedSsh): Promise<Failure> {
  const env = ssh.env ?? process.env;
  const settings = await askSettings(ssh);
  const locked = valuesOf(settings, 'identityfile').flatMap((written) => {
    const file = written.startsWith('~/') ? `${homedir()}${written.slice(1)}` : written;
    const key = readKeyFile(file);
    return key?.isEncrypted === true ? [{ file, key }] : [];
  });
  if (locked.length === 0) return failure;
  const held = await keysOfAgent(agentOf(settings, env), env);
  const missing = locked.find(({ key }) => !isHeld(key, held));
  if (missing === undefined) return failure;
  const { facts, line = '' } = failure;
  return describeFailure({ cause: 'key-locked', line, facts: { ...facts, file: missing.file } });
}

/** Only the format of OpenSSH has the public key in the open; of another, any key in the agent may be it. */
function isHeld({ publicKey }: KeyFile, held: string): boolean {
  return publicKey === undefined ? held.trim() !== '' : held.includes(publicKey);
}

function agentOf(settings: string, env: NodeJS.ProcessEnv): string | undefined {
  const [named] = valuesOf(settings, 'identityagent');
  if (named === 'none') return undefined;
  return named === undefined || named === 'SSH_AUTH_SOCK' ? env['SSH_AUTH_SOCK'] : named;
}

async function keysOfAgent(socket: string | undefined, env: NodeJS.ProcessEnv): Promise<string> {
  if (socket === undefined || socket === '') return '';
  return await ask('ssh-add', ['-L'], { ...env, SSH_AUTH_SOCK: socket }).catch(() => '');
}
