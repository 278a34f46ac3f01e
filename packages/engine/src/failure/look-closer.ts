import { connect } from 'node:net';
import { printableLine } from '@holdfast/text';
import { ask, askSettings, expandPath, valuesOf, type AskedSsh } from '../program/ssh-settings.ts';
import { monotonicMs } from '../clock.ts';
import { readValidity, whyInvalid } from '../credentials/certificate.ts';
import { readKeyFile, readStart, type KeyFile } from '../credentials/key-file.ts';
import { refined, type Failure } from './sentences.ts';

// Some failures ssh cannot tell, or does not: a key with a passphrase is passed over in silence when nobody can type it, a certificate that
// has expired is refused as any other key, and whatever closes the connection before it greets looks like a server that is full. So we look ourselves, once ssh has ended.

/** What can be found out about a failure; `undefined` where there is nothing to look for. Never rejects. */
export function lookCloser(failure: Failure, ssh: () => AskedSsh): Promise<Failure> | undefined {
  const { cause, facts } = failure;
  switch (cause) {
    case 'denied':
      return facts.methods?.split(',').includes('publickey') === true
        ? lookAtKeys(failure, ssh()).catch(() => failure)
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
  switch (answerer.kind) {
    case 'stranger': {
      const facts = { ...failure.facts, what: answerer.what };
      return refined(failure, { cause: 'no-ssh-there', facts });
    }
    case 'too-many':
      return refined(failure, { cause: 'too-many-connections' });
    case 'penalised':
      return refined(failure, { cause: 'penalised' });
    case 'nothing-new':
      return failure;
  }
}

/** What is at a place where ssh expects a server. */
export type Answerer =
  /** It is one, or says nothing: nothing is known beyond ssh's own words. */
  | { readonly kind: 'nothing-new' }
  | { readonly kind: 'stranger'; readonly what: string }
  /** An sshd that says why it takes no more connections: ssh keeps that to itself. */
  | { readonly kind: 'too-many' | 'penalised' };

/** How long to listen. */
const LISTEN_MS = 2000;
const MOST_BYTES = 512;

/** A place is looked at once in such a time, however many tunnels lead there: a server that refuses has enough to do. */
const LOOK_AGAIN_MS = 30_000;

interface Look {
  readonly atMs: number;
  readonly answerer: Promise<Answerer>;
}

const looks = new Map<string, Look>();

/**
 * Finds out who answers at a place, by greeting as an SSH client does. Never rejects.
 *
 * An HTTP server closes the connection just as a full sshd does, and ssh tells neither what it heard nor that it heard anything.
 *
 * @see RFC 4253, 4.2; `kex_exchange_identification()` in OpenSSH's kex.c
 */
export function whoAnswers(host: string, port: number): Promise<Answerer> {
  const place = `${host} ${port}`;
  const last = looks.get(place);
  if (last !== undefined && monotonicMs() - last.atMs < LOOK_AGAIN_MS) return last.answerer;
  const answerer = listen(host, port).then(answererOf);
  looks.set(place, { atMs: monotonicMs(), answerer });
  setTimeout(() => looks.delete(place), LOOK_AGAIN_MS).unref();
  return answerer;
}

function listen(host: string, port: number): Promise<Buffer> {
  return new Promise((resolve) => {
    let heard = Buffer.alloc(0);
    const socket = connect({ host, port });
    const end = () => {
      clearTimeout(deadline);
      socket.destroy();
      resolve(heard);
    };
    const deadline = setTimeout(end, LISTEN_MS);
    socket
      .on('data', (chunk) => {
        heard = Buffer.concat([heard, chunk]).subarray(0, MOST_BYTES);
        // A line may have come in pieces, but nobody is told by the rest of it what the first words did not say.
        if (heard.length >= MOST_BYTES || heard.includes('\n')) end();
      })
      .on('error', end)
      .on('close', end);
    socket.write('SSH-2.0-Holdfast\r\n');
  });
}

const KNOWN: readonly (readonly [RegExp, string])[] = [
  [/^HTTP\/|^\s*<(?:!doctype )?html/i, 'an HTTP server'],
  [/^220[ -].*(?:smtp|mail)/i, 'a mail server'],
  [/^220[ -]/, 'an FTP or mail server'],
  [/^\* OK/, 'an IMAP server'],
  [/^\+OK/, 'a POP3 server'],
  [/^-ERR /, 'a Redis server'],
  [/^RFB \d/, 'a VNC server'],
];

/** How the first words of a server are quoted. */
const MOST_QUOTED = 60;

/** What the first words of a server say. */
export function answererOf(heard: Buffer): Answerer {
  const text = heard.toString('latin1');
  if (/^Exceeded MaxStartups\r?$/m.test(text)) return { kind: 'too-many' };
  if (/^Not allowed at this time\r?$/m.test(text)) return { kind: 'penalised' };
  // A server may say something before its version (RFC 4253).
  if (text === '' || /^SSH-/m.test(text)) return { kind: 'nothing-new' };
  const known = isTls(heard) ? 'a TLS server' : KNOWN.find(([words]) => words.test(text))?.[1];
  const [first = ''] = text.split(/\r?\n/);
  const quoted = printableLine(first.slice(0, MOST_QUOTED)).trim();
  return { kind: 'stranger', what: known ?? `something that says "${quoted}"` };
}

/** An alert or a handshake of TLS, version 3. @see RFC 8446, 5.1 */
function isTls([type, version]: Buffer): boolean {
  return (type === 0x15 || type === 0x16) && version === 3;
}

async function lookAtKeys(failure: Failure, ssh: AskedSsh): Promise<Failure> {
  const env = ssh.env ?? process.env;
  const settings = await askSettings(ssh);
  const files = filesOf(settings, 'identityfile');
  const held = await keysOfAgent(agentOf(settings, env), env);
  const file = files.find((name) => isLocked(readKeyFile(name), held));
  if (file !== undefined)
    return refined(failure, { cause: 'key-locked', facts: { ...failure.facts, file } });
  const named = [...filesOf(settings, 'certificatefile'), ...files.map((key) => `${key}-cert.pub`)];
  const invalid = invalidCertificate(named, held);
  if (invalid === undefined) return failure;
  const facts = { ...failure.facts, ...invalid };
  return refined(failure, { cause: 'key-certificate-invalid', facts });
}

/** The files of a setting, as far as anybody but ssh knows where they are. */
function filesOf(settings: string, keyword: string): readonly string[] {
  return valuesOf(settings, keyword).flatMap((written) => expandPath(written) ?? []);
}

function isLocked(key: KeyFile | undefined, held: string): boolean {
  return key?.isEncrypted === true && !isHeld(key, held);
}

/** The first certificate that is too old, or too new; `undefined` if there is a valid one, or none at all. */
function invalidCertificate(
  files: readonly string[],
  held: string,
): { readonly file: string; readonly reason: string } | undefined {
  const nowMs = Date.now();
  const inAgent = held.split('\n').map((line) => ({ file: 'in the agent', line }));
  const inFiles = files.map((file) => ({ file, line: readStart(file) ?? '' }));
  const found = [...inFiles, ...inAgent].flatMap(({ file, line }) => {
    const validity = readValidity(line);
    return validity === undefined ? [] : [{ file, reason: whyInvalid(validity, nowMs) }];
  });
  const [first] = found;
  if (first?.reason === undefined || found.some(({ reason }) => reason === undefined))
    return undefined;
  return { file: first.file, reason: first.reason };
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
