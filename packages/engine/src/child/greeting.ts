import { connect } from 'node:net';
import { printableLine } from '@holdfast/text';
import { monotonicMs } from '../clock.ts';

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
