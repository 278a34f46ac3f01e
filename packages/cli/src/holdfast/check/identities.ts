import { expandPath, readKeyFile, type KeyFile } from '@holdfast/engine/parts';
import { statSync } from 'node:fs';
import { settingOf, type Finding, type TunnelLook } from './look.ts';

/** ssh tries these without being told to: none of them has to be there. @see ssh_config(5), IdentityFile. */
const USUAL = /\/\.ssh\/id_(?:rsa|dsa|ecdsa|ecdsa_sk|ed25519|ed25519_sk|xmss)$/;

/** As many keys as a server lets ssh try: MaxAuthTries of sshd_config(5). */
const MOST_TRIES = 6;

interface Identity {
  /** `undefined`: only ssh knows where that is. */
  readonly path: string | undefined;
  readonly isThere: boolean | undefined;
  readonly isUsual: boolean;
  readonly key: KeyFile | undefined;
}

/** Whether there is a key to log in with, and ssh will take it. */
export function checkIdentities(look: TunnelLook): readonly Finding[] {
  const { settings, agentKeys, missingKeys } = look;
  const files = (settings.get('identityfile') ?? []).map(readIdentity);
  const findings = [...files.flatMap(checkFile), ...missingKeys.map(missing)];
  const hasAgent = agentKeys.length > 0 || hasOwnAgent(look);
  const plain = files.some(
    ({ isThere, key }) => isThere === undefined || (isThere && key?.isEncrypted !== true),
  );
  const isAny = hasAgent || plain || settingOf(settings, 'pkcs11provider') !== undefined;
  const locked = hasOwnAgent(look) ? [] : files.filter((file) => isLocked(file, agentKeys));
  // Of the keys that ssh tries by itself any other will do.
  const told = locked.filter(({ isUsual }) => !isUsual || !isAny);
  findings.push(...told.map(({ path }) => lockedKey(path!, isAny)));
  findings.push(...tooManyKeys(look, files));
  return isAny || findings.length > 0 ? findings : [noKey];
}

const noKey: Finding = {
  verdict: 'warning',
  about: 'identity',
  sentence: 'no key to log in with: no key file, and none in the agent',
  remedy: 'name one ("-i"), or add one to the agent: ssh-add',
};

function readIdentity(written: string): Identity {
  const path = expandPath(written);
  if (path === undefined) return { path, isThere: undefined, isUsual: false, key: undefined };
  const isThere = statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
  const key = isThere ? readKeyFile(path) : undefined;
  return { path, isThere, isUsual: USUAL.test(path), key };
}

/** With IdentityAgent ssh asks another agent than the session's. */
function hasOwnAgent({ settings }: TunnelLook): boolean {
  const agent = settingOf(settings, 'identityagent');
  return agent !== undefined && agent !== 'SSH_AUTH_SOCK';
}

/** Whether nobody can open a key: it has a passphrase, and the agent does not have it. Where that cannot be told, the agent counts. */
function isLocked({ key }: Identity, agentKeys: readonly string[]): boolean {
  if (key?.isEncrypted !== true) return false;
  if (key.publicKey === undefined) return agentKeys.length === 0;
  return !agentKeys.includes(key.publicKey);
}

function checkFile({ path, isThere, isUsual }: Identity): readonly Finding[] {
  if (path === undefined) return [];
  if (isThere !== true) return isUsual ? [] : [missing(path)];
  const stats = statSync(path);
  // As sshkey_perm_ok() in OpenSSH's authfile.c: only a file of one's own is judged.
  const isOpen = stats.uid === process.getuid?.() && (stats.mode & 0o077) !== 0;
  return isOpen ? [open(path)] : [];
}

/** ssh offers the keys of the agent before other files, and the server ends the connection before the right one. */
function tooManyKeys({ settings, agentKeys }: TunnelLook, files: readonly Identity[]) {
  const isLimited = settingOf(settings, 'identitiesonly') === 'yes';
  const isFirst = files.some(
    ({ isUsual, key }) =>
      !isUsual && key?.publicKey !== undefined && agentKeys.includes(key.publicKey),
  );
  if (agentKeys.length <= MOST_TRIES || isLimited || isFirst) return [];
  const finding: Finding = {
    verdict: 'warning',
    about: 'identity',
    sentence: `the agent has ${agentKeys.length} keys, and servers end the connection after ${MOST_TRIES} (MaxAuthTries)`,
    remedy: 'name the right one ("-i") and set IdentitiesOnly=yes',
  };
  return [finding];
}

function missing(path: string): Finding {
  return {
    verdict: 'warning',
    about: 'identity',
    sentence: `the key file ${path} does not exist`,
    remedy: 'name the right one in options ("-i") or ssh_config (IdentityFile)',
  };
}

function lockedKey(path: string, hasOther: boolean): Finding {
  return {
    verdict: hasOther ? 'warning' : 'problem',
    about: 'identity',
    sentence: `the key file ${path} has a passphrase, and no agent has the key: in the background nobody can type it`,
    remedy: `ssh-add ${path}, in the session that runs holdfast up`,
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
