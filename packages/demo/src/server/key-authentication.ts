import ssh2, { type AuthContext, type ParsedKey, type PublicKeyAuthContext } from 'ssh2';

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
