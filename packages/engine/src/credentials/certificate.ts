import { readString } from './key-file.ts';

/** When a user certificate is valid, in seconds since 1970; `Infinity`: for ever. */
interface Validity {
  readonly fromSeconds: number;
  /** It is valid before this, and no longer then. */
  readonly toSeconds: number;
}

/** How many fields the public key of a kind has: they stand between the nonce and the serial number. */
const KEY_FIELDS: readonly (readonly [kind: RegExp, fields: number])[] = [
  [/^ssh-ed25519-cert/, 1],
  [/^ssh-rsa-cert|^rsa-sha2-/, 2],
  [/^ssh-dss-cert/, 4],
  [/^ecdsa-sha2-/, 2],
  [/^sk-ssh-ed25519-cert/, 2],
  [/^sk-ecdsa-sha2-/, 3],
];

const USER_CERTIFICATE = 1;
const FOR_EVER = 2n ** 64n - 1n;

/**
 * Reads a line as `KEY-cert.pub` and `ssh-add -L` have it; `undefined` if that is not a certificate of a user.
 *
 * @see https://github.com/openssh/openssh-portable/blob/V_9_2_P1/PROTOCOL.certkeys
 */
export function readValidity(line: string): Validity | undefined {
  const [, kind = '', base64 = ''] =
    /^(\S+-cert-v0[01]@openssh\.com) ([A-Za-z0-9+/=]+)/.exec(line) ?? [];
  const fields = KEY_FIELDS.find(([known]) => known.test(kind))?.[1];
  if (fields === undefined) return undefined;
  const bytes = Buffer.from(base64, 'base64');
  const skip = (from: number, times: number) => {
    let at = from;
    for (let time = 0; time < times; time += 1) at = readString(bytes, at).next;
    return at;
  };
  // Kind, nonce and key; serial number and type; name and principals.
  const type = skip(0, 2 + fields) + 8;
  const times = type + 4 <= bytes.length ? skip(type + 4, 2) : bytes.length;
  if (times + 16 > bytes.length || bytes.readUInt32BE(type) !== USER_CERTIFICATE) return undefined;
  const to = bytes.readBigUInt64BE(times + 8);
  return {
    fromSeconds: Number(bytes.readBigUInt64BE(times)),
    toSeconds: to === FOR_EVER ? Infinity : Number(to),
  };
}

/** What is wrong with it at a time, as the end of a sentence; `undefined`: nothing. */
export function whyInvalid(
  { fromSeconds, toSeconds }: Validity,
  nowMs: number,
): string | undefined {
  if (nowMs < fromSeconds * 1000) return `is not valid before ${utc(fromSeconds)}`;
  return nowMs < toSeconds * 1000 ? undefined : `was valid until ${utc(toSeconds)}`;
}

function utc(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
}
