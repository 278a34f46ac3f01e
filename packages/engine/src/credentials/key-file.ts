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
 * Whether somebody may have to touch a security key for each login with a key, by its file or by the public key beside that. Not for one that
 * was made with `no-touch-required`, if its file tells; nor for what is not a key.
 *
 * @see https://github.com/openssh/openssh-portable/blob/V_9_2_P1/PROTOCOL.u2f
 */
export function mayNeedTouch(path: string): boolean {
  const text = readStart(path) ?? '';
  const parts = readParts(text);
  const type = parts === undefined ? publicTypeIn(text, path) : typeOf(parts.publicKey);
  return type?.startsWith('sk-') === true && !isWithoutTouch(parts);
}

/** A public key in a file of its own: its type, then base64 that begins with how long the type is, so with zeros. */
function publicTypeIn(text: string, path: string): string | undefined {
  return PUBLIC.exec(text)?.[1] ?? PUBLIC.exec(readStart(`${path}.pub`) ?? '')?.[1];
}

const PUBLIC = /^([a-z][\w@.-]*) AAAA/;

function typeOf(publicKey: Buffer): string {
  return readString(publicKey, 0).value.toString('latin1');
}

/** How many fields a key on a security key has between its type and its flags: the point, the curve, and for what it was made. */
const FIELDS: Readonly<Record<string, number>> = {
  'sk-ssh-ed25519@openssh.com': 2,
  'sk-ecdsa-sha2-nistp256@openssh.com': 3,
};

const NEEDS_TOUCH = 1;

/** The private part, if it is in the open: a number twice, type and fields, then flags. */
function isWithoutTouch(parts: KeyParts | undefined): boolean {
  if (parts === undefined || parts.isEncrypted) return false;
  const { secret } = parts;
  const type = readString(secret, 8);
  const fields = FIELDS[type.value.toString('latin1')];
  if (fields === undefined) return false;
  let at = type.next;
  for (let field = 0; field < fields; field += 1) at = readString(secret, at).next;
  const flags = secret[at];
  return flags !== undefined && (flags & NEEDS_TOUCH) === 0;
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

function readOpenSsh(text: string): KeyFile | undefined {
  const parts = readParts(text);
  if (parts === undefined) return undefined;
  const { isEncrypted, publicKey } = parts;
  return {
    isEncrypted,
    publicKey: publicKey.length === 0 ? undefined : publicKey.toString('base64'),
  };
}

interface KeyParts {
  readonly isEncrypted: boolean;
  readonly publicKey: Buffer;
  readonly secret: Buffer;
}

/** The format of OpenSSH: cipher, key derivation and its options, the number of keys, the public key, then the private part. */
function readParts(text: string): KeyParts | undefined {
  const [, base64 = ''] = /BEGIN OPENSSH PRIVATE KEY-----([A-Za-z0-9+/=\s]+)/.exec(text) ?? [];
  const bytes = Buffer.from(base64, 'base64');
  if (!bytes.toString('latin1').startsWith(MAGIC)) return undefined;
  const cipher = readString(bytes, MAGIC.length);
  const derivation = readString(bytes, cipher.next);
  const options = readString(bytes, derivation.next);
  const publicKey = readString(bytes, options.next + 4);
  return {
    isEncrypted: cipher.value.toString('latin1') !== 'none',
    publicKey: publicKey.value,
    secret: readString(bytes, publicKey.next).value,
  };
}

/** A length and so many bytes, as SSH writes them. @see RFC 4251, 5 */
export function readString(bytes: Buffer, at: number) {
  const length = at + 4 <= bytes.length ? bytes.readUInt32BE(at) : 0;
  return { value: bytes.subarray(at + 4, at + 4 + length), next: at + 4 + length };
}
