import {
  checkForward,
  connectEndpoint,
  isUnixEndpoint,
  type Endpoint,
  type ForwardSpec,
} from './forward.ts';
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

const KINDS = { local: 1, remote: 2, dynamic: 3 } as const;

/** Stands in place of a port: the text in front of it is the path of a Unix socket. */
const UNIX_SOCKET = 0xffff_fffe;

/** ssh's own name for the end of a forward that leads where SOCKS says; without it, a forward is not found again. */
const SOCKS: Endpoint = { host: 'socks', port: 0 };

/** What a client asks of ssh. */
export type MuxRequest =
  | { readonly type: 'alive-check' | 'terminate' }
  | { readonly type: 'open-forward' | 'close-forward'; readonly spec: ForwardSpec };

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
  const head = [uint32(REQUESTS[request.type]), uint32(id)];
  return Buffer.concat('spec' in request ? [...head, ...forward(request.spec)] : head);
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

function forward(spec: ForwardSpec): Buffer[] {
  const { kind, listen } = checkForward(spec);
  return [uint32(KINDS[kind]), ...endpoint(listen), ...endpoint(connectEndpoint(spec) ?? SOCKS)];
}

function endpoint(end: Endpoint): Buffer[] {
  return isUnixEndpoint(end)
    ? [text(end.path), uint32(UNIX_SOCKET)]
    : [text(end.host ?? ''), uint32(end.port)];
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
