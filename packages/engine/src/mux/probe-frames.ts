import type { Listen } from '../forward/forward.ts';
import { framePacket } from './framing.ts';
import { encodeRequest, type MuxAnswer } from './messages.ts';

/** The frames that open and close the forward to nowhere of one probe. */
export interface ProbeFrames {
  readonly open: Buffer;
  readonly close: Buffer;
}

/** Answers with this number are of no interest: whether a forward could be closed again. */
export const NOT_ASKED = 0;

/**
 * How ssh begins when it was its server that refused; what ssh refuses by itself begins differently.
 *
 * @see https://github.com/openssh/openssh-portable/blob/V_9_2_P1/mux.c `mux_confirm_remote_forward()`
 */
export const SERVER_SAID_NO = 'remote port forwarding failed for ';

/** Length and type come first. */
const ID_AT = 8;
const ADDRESS = '127.0.0.1';
/** Behind length, type, number, kind, and the address with its length. */
const PORT_AT = 4 + 4 + 4 + 4 + 4 + ADDRESS.length;
const DIGITS = 8;
/** Behind the path that the digits end stands what says that it is one. */
const BEHIND_DIGITS = 4;

/** No file can be there: whoever connects to the forward before it is taken back reaches nothing. */
const NOWHERE = '/dev/null/holdfast';
/** Its end is another for each probe, of whichever process: ssh answers by itself for a forward that it has, or was once refused. */
const TARGET = `${NOWHERE}/${process.pid.toString(36)}-${'0'.repeat(DIGITS)}`;

const AT_PORT = templatesOf({ kind: 'tcp', address: ADDRESS, port: 0 });
const AT_PATH = templatesOf({ kind: 'unix', path: NOWHERE });

let lastNumber = 0;

/** The number of the next probe of this process; never {@link NOT_ASKED}. */
export function nextProbeNumber(): number {
  lastNumber = (lastNumber % 0xffff_ffff) + 1;
  return lastNumber;
}

/**
 * The frames of a probe: encoded once for all and filled in, since a fleet sends a hundred a second. Their answers have the number of the
 * probe, and {@link NOT_ASKED}.
 *
 * @param port - where the server is asked to listen; 0: at a path that cannot be.
 */
export function probeFrames(number: number, port: number): ProbeFrames {
  const { open, close } = port === 0 ? AT_PATH : AT_PORT;
  return {
    open: filledIn(open, number, number, port),
    close: filledIn(close, NOT_ASKED, number, port),
  };
}

/** Whether an answer to the opening is one of the server, and not of ssh by itself. */
export function isOfServer(answer: MuxAnswer): boolean {
  return (
    answer.type === 'ok' || (answer.type === 'failure' && answer.reason.startsWith(SERVER_SAID_NO))
  );
}

function templatesOf(listen: Listen): ProbeFrames {
  const forward = { kind: 'remote', listen, target: { kind: 'unix', path: TARGET } } as const;
  return {
    open: framePacket(encodeRequest(0, { type: 'open-forward', forward })),
    close: framePacket(encodeRequest(0, { type: 'close-forward', forward })),
  };
}

function filledIn(template: Buffer, id: number, number: number, port: number): Buffer {
  const frame = Buffer.from(template);
  frame.writeUInt32BE(id, ID_AT);
  if (port !== 0) frame.writeUInt32BE(port, PORT_AT);
  const digits = number.toString(16).padStart(DIGITS, '0');
  frame.write(digits, frame.length - BEHIND_DIGITS - DIGITS, 'latin1');
  return frame;
}
