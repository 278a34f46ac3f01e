import { statSync } from 'node:fs';
import { expandPath } from './file-paths.ts';
import type { Finding } from './finding.ts';
import type { TunnelLook } from './look.ts';
import { settingOf } from './ssh-settings.ts';

/** ssh tries these without being told to: none of them has to be there. @see ssh_config(5), IdentityFile. */
const USUAL = /\/\.ssh\/id_(?:rsa|dsa|ecdsa|ecdsa_sk|ed25519|ed25519_sk|xmss)$/;

/** Whether there is a key to log in with, and ssh will take it. */
export function checkIdentities(look: TunnelLook): readonly Finding[] {
  const { settings, agentKeys, missingKeys } = look;
  const files = settings.get('identityfile') ?? [];
  const findings = [...files.flatMap(checkIdentity), ...missingKeys.map(missing)];
  const hasAgent = agentKeys > 0 || hasOwnAgent(look);
  const isAny = hasAgent || files.some((file) => isThere(file) !== false);
  if (isAny || findings.length > 0 || settingOf(settings, 'pkcs11provider')) return findings;
  return [
    {
      verdict: 'warning',
      about: 'identity',
      sentence: 'there is no key to log in with: no key file, and none in the agent',
      remedy: 'name one ("-i"), or add one to the agent: ssh-add',
    },
  ];
}

/** With IdentityAgent ssh asks another agent than the session's. */
function hasOwnAgent({ settings }: TunnelLook): boolean {
  const agent = settingOf(settings, 'identityagent');
  return agent !== undefined && agent !== 'SSH_AUTH_SOCK';
}

/** `undefined`: only ssh knows where that is. */
function isThere(file: string): boolean | undefined {
  const path = expandPath(file);
  return path === undefined ? undefined : statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function checkIdentity(file: string): readonly Finding[] {
  const path = expandPath(file);
  if (path === undefined) return [];
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return USUAL.test(path) ? [] : [missing(path)];
  // As sshkey_perm_ok() in OpenSSH's authfile.c: only a file of one's own is judged.
  const isOpen = stats.uid === process.getuid?.() && (stats.mode & 0o077) !== 0;
  return isOpen ? [open(path)] : [];
}

function missing(path: string): Finding {
  return {
    verdict: 'problem',
    about: 'identity',
    sentence: `the key file ${path} is not there`,
    remedy: 'name the right one in options ("-i") or ssh_config (IdentityFile)',
  };
}

function open(path: string): Finding {
  return {
    verdict: 'problem',
    about: 'identity',
    sentence: `others can read the key file ${path}, so ssh will not use it`,
    remedy: `chmod 600 ${path}`,
  };
}
