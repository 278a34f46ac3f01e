import ssh2, { type AuthContext, type ParsedKey, type PublicKeyAuthContext } from 'ssh2';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Keys that live as long as one server, in a directory that only its user can enter. */
export interface ThrowawayKeys {
  /** Of mode 0700. */
  readonly directory: string;
  readonly hostKeyFile: string;
  /** The private key; the public one is beside it with `.pub`. */
  readonly clientKeyFile: string;
  readonly knownHostsFile: string;
  /** Deletes the directory with everything in it. */
  remove(): Promise<void>;
}

/** Makes a host key, a client key and a known_hosts file that knows the host under every name. */
export async function createThrowawayKeys(): Promise<ThrowawayKeys> {
  const directory = await mkdtemp(join(tmpdir(), 'holdfast-demo-'));
  try {
    return await fillWithKeys(directory);
  } catch (error) {
    await removeDirectory(directory);
    throw error;
  }
}

async function fillWithKeys(directory: string): Promise<ThrowawayKeys> {
  const hostKeyFile = join(directory, 'host_key');
  const clientKeyFile = join(directory, 'client_key');
  const knownHostsFile = join(directory, 'known_hosts');
  await Promise.all([createKey(hostKeyFile), createKey(clientKeyFile)]);
  // Any name: the same server is also reached through the ports of faulty lines.
  await writeFile(knownHostsFile, `* ${await readFile(`${hostKeyFile}.pub`, 'utf8')}`);
  return {
    directory,
    hostKeyFile,
    clientKeyFile,
    knownHostsFile,
    remove: () => removeDirectory(directory),
  };
}

function removeDirectory(directory: string): Promise<void> {
  return rm(directory, { recursive: true, force: true });
}

// ssh2's own generateKeyPairSync('ed25519') is not used: about one of its keys in a hundred is
// refused by OpenSSH ("Load key: error in libcrypto"; ssh2 1.17.0 with OpenSSH 9.2).
async function createKey(file: string): Promise<void> {
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'holdfast-demo', '-f', file]);
}

/** The options that make OpenSSH's ssh use these keys and nothing of its user's own settings. */
export function createClientArguments(keys: ThrowawayKeys, port: number): string[] {
  const settings = [
    `UserKnownHostsFile=${keys.knownHostsFile}`,
    'GlobalKnownHostsFile=/dev/null',
    'StrictHostKeyChecking=yes',
    'IdentitiesOnly=yes',
    'IdentityAgent=none',
    'PreferredAuthentications=publickey',
  ];
  const options = settings.flatMap((setting) => ['-o', setting]);
  return ['-F', '/dev/null', ...options, '-i', keys.clientKeyFile, '-p', String(port)];
}

/** Lets in whoever holds the one client key, under any user name. */
export function createKeyAuthentication(publicKey: Buffer): (attempt: AuthContext) => void {
  const authorized = parsePublicKey(publicKey);
  return (attempt) => {
    if (attempt.method === 'publickey' && isProvenBy(attempt, authorized)) attempt.accept();
    else attempt.reject(['publickey']);
  };
}

function parsePublicKey(publicKey: Buffer): ParsedKey {
  const key = ssh2.utils.parseKey(publicKey);
  if (key instanceof Error) throw key;
  return key;
}

// A client first asks whether the key would do, without a signature (RFC 4252, section 7).
function isProvenBy(attempt: PublicKeyAuthContext, authorized: ParsedKey): boolean {
  if (!attempt.key.data.equals(authorized.getPublicSSH())) return false;
  if (attempt.signature === undefined || attempt.blob === undefined) return true;
  return authorized.verify(attempt.blob, attempt.signature, attempt.hashAlgo) === true;
}
