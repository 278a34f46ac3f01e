import type { ForwardEnds } from '../forward/forward.ts';
import { forwardFields } from './forward-fields.ts';
import { MuxError } from './mux-error.ts';

/**
 * The version of the protocol; OpenSSH has had no other since 2010.
 *
 * @see https://github.com/openssh/openssh-portable/blob/V_9_2_P1/PROTOCOL.mux
 */
export const MUX_VERSION = 4;

const HELLO = 0x0000_0001;

const REQUESTS = {
  'alive-check': 0x1000_0004,
  terminate: 0x1000_0005,
  'open-forward': 0x1000_0006,
  'close-forward': 0x1000_0007,
} as const;

const OK = 0x8000_0001;
const PERMISSION_DENIED = 0x8000_0002;
const FAILURE = 0x8000_0003;
const ALIVE = 0x8000_0005;
const REMOTE_PORT = 0x8000_0007;

/** What a client asks of ssh. */
export type MuxRequest =
  | { readonly type: 'alive-check' | 'terminate' }
  | { readonly type: 'open-forward' | 'close-forward'; readonly forward: ForwardEnds };

/** What ssh says of itself when a client connects. */
export interface MuxHello {
  readonly type: 'hello';
  readonly version: number;
}

/** What ssh says to a request, by the number of the request. */
export type MuxAnswer = { readonly id: number } & (
  | { readonly type: 'ok' }
  | { readonly type: 'permission-denied' | 'failure'; readonly reason: string }
  | { readonly type: 'alive'; readonly pid: number }
  | { readonly type: 'remote-port'; readonly port: number }
);

/** What a client says first. */
export function encodeHello(): Buffer {
  return Buffer.concat([uint32(HELLO), uint32(MUX_VERSION)]);
}

/** A request as a packet. Throws a `bad-forward` for a forward that cannot be. */
export function encodeRequest(id: number, request: MuxRequest): Buffer {
  const fields = 'forward' in request ? forwardFields(request.forward) : [];
  const parts = [REQUESTS[request.type], id, ...fields];
  return Buffer.concat(parts.map((part) => (typeof part === 'number' ? uint32(part) : text(part))));
}

/** Reads ssh's first packet. Throws a `bad-message` if it is none. */
export function decodeHello(packet: Buffer): MuxHello {
  const reader = new PacketReader(packet);
  const type = reader.uint32();
  if (type !== HELLO) throw unexpected(type);
  // Extensions follow it, none of which is of use here.
  return { type: 'hello', version: reader.uint32() };
}

/** Reads any other packet of ssh's. Throws a `bad-message` if it is no answer to any {@link MuxRequest}. */
export function decodeAnswer(packet: Buffer): MuxAnswer {
  const reader = new PacketReader(packet);
  const type = reader.uint32();
  const answer = { id: reader.uint32(), ...readAnswer(type, reader) };
  reader.end();
  return answer;
}

function readAnswer(type: number, reader: PacketReader) {
  switch (type) {
    case OK:
      return { type: 'ok' } as const;
    case PERMISSION_DENIED:
      return { type: 'permission-denied', reason: reader.text() } as const;
    case FAILURE:
      return { type: 'failure', reason: reader.text() } as const;
    case ALIVE:
      return { type: 'alive', pid: reader.uint32() } as const;
    case REMOTE_PORT:
      return { type: 'remote-port', port: reader.uint32() } as const;
    default:
      throw unexpected(type);
  }
}

function unexpected(type: number): MuxError {
  return new MuxError('bad-message', `an unexpected message of type 0x${type.toString(16)}`);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([uint32(bytes.length), bytes]);
}

/** Reads the parts of a packet in order; what is not there is a `bad-message`. */
class PacketReader {
  readonly #packet: Buffer;
  #at = 0;

  constructor(packet: Buffer) {
    this.#packet = packet;
  }

  uint32(): number {
    return this.#take(4).readUInt32BE();
  }

  text(): string {
    return this.#take(this.uint32()).toString();
  }

  end(): void {
    const left = this.#packet.length - this.#at;
    if (left > 0) throw new MuxError('bad-message', `${left} bytes too many in a message`);
  }

  #take(size: number): Buffer {
    const end = this.#at + size;
    if (end > this.#packet.length)
      throw new MuxError('bad-message', 'a message that ends too soon');
    const part = this.#packet.subarray(this.#at, end);
    this.#at = end;
    return part;
  }
}
