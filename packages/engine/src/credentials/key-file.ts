import { closeSync, openSync, readSync } from 'node:fs';

/**
 * What a file with a private key tells without its passphrase.
 *
 * @internal For the packages of Holdfast.
 */
export interface KeyFile {
  readonly isEncrypted: boolean;
  /** Its public key, in base64, as ssh-add(1) lists it; `undefined`: only the format of OpenSSH has it in the open. */
  readonly publicKey: string | undefined;
}

const MOST_BYTES = 16_384;
const MAGIC = 'openssh-key-v1\0';

/**
 * Reads how a private key is kept; `undefined` if that is not a private key, or cannot be read.
 *
 * @see https://github.com/openssh/openssh-portable/blob/V_9_2_P1/PROTOCOL.key; RFC 1421, Proc-Type; RFC 5958 (PKCS #8)
 * @internal For the packages of Holdfast.
 */
export function readKeyFile(path: string): KeyFile | undefined {
  const text = readStart(path);
  const [, kind] = /^-----BEGIN ((?:[A-Z0-9]+ )*PRIVATE KEY)-----/m.exec(text ?? '') ?? [];
  if (kind === undefined) return undefined;
  if (kind === 'OPENSSH PRIVATE KEY') return readOpenSsh(text!);
  const isEncrypted = kind === 'ENCRYPTED PRIVATE KEY' || /^Proc-Type: *4, *ENCRYPTED/m.test(text!);
  return { isEncrypted, publicKey: undefined };
}

/**
 * The type of a key, such as `ssh-ed25519`, by its file or by the public key beside that; `undefined` if neither tells, such as for a file
 * that is not there.
 */
export function readKeyType(path: string): string | undefined {
  const { publicKey } = readKeyFile(path) ?? {};
  if (publicKey === undefined) return publicTypeIn(path) ?? publicTypeIn(`${path}.pub`);
  return readString(Buffer.from(publicKey, 'base64'), 0).value.toString('latin1');
}

/** A public key in a file of its own: its type, then base64 that begins with how long the type is, so with zeros. */
function publicTypeIn(path: string): string | undefined {
  return /^([a-z][\w@.-]*) AAAA/.exec(readStart(path) ?? '')?.[1];
}

/** The start of a file, as much of it as a key takes; `undefined` if it cannot be read. */
export function readStart(path: string): string | undefined {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const buffer = Buffer.alloc(MOST_BYTES);
    return buffer.toString('latin1', 0, readSync(file, buffer, 0, MOST_BYTES, 0));
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** Cipher, key derivation and its options, the number of keys, then the public key: each a length and so many bytes. */
function readOpenSsh(text: string): KeyFile | undefined {
  const [, base64 = ''] = /PRIVATE KEY-----([A-Za-z0-9+/=\s]+)/.exec(text) ?? [];
  const bytes = Buffer.from(base64, 'base64');
  if (!bytes.toString('latin1').startsWith(MAGIC)) return undefined;
  const cipher = readString(bytes, MAGIC.length);
  const derivation = readString(bytes, cipher.next);
  const options = readString(bytes, derivation.next);
  const publicKey = readString(bytes, options.next + 4);
  return {
    isEncrypted: cipher.value.toString('latin1') !== 'none',
    publicKey: publicKey.value.length === 0 ? undefined : publicKey.value.toString('base64'),
  };
}

/** A length and so many bytes, as SSH writes them. @see RFC 4251, 5 */
export function readString(bytes: Buffer, at: number) {
  const length = at + 4 <= bytes.length ? bytes.readUInt32BE(at) : 0;
  return { value: bytes.subarray(at + 4, at + 4 + length), next: at + 4 + length };
}
