import type { ThrowawayKeys } from './throwaway-keys.ts';

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
