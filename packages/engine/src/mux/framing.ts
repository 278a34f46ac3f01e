import { MuxError } from './mux-error.ts';

/**
 * The longest packet that is read. ssh's longest answer quotes a path; OpenSSH's own limit is 256 KiB, which somebody who sends
 * it byte by byte could make expensive.
 */
export const LONGEST_PACKET = 16 * 1024;

const HEADER = 4;

/** Puts the length in front of a packet. */
export function framePacket(packet: Buffer): Buffer {
  const frame = Buffer.allocUnsafe(HEADER + packet.length);
  frame.writeUInt32BE(packet.length);
  packet.copy(frame, HEADER);
  return frame;
}

/** Cuts what arrives, in pieces of any size, into packets. */
export class PacketCutter {
  #pending = Buffer.alloc(0);

  /**
   * The packets that this piece completes.
   *
   * Throws a `bad-message` as soon as a length is announced that no packet has; what came before it is yielded first.
   */
  *cut(piece: Buffer): Generator<Buffer, void, void> {
    this.#pending = Buffer.concat([this.#pending, piece]);
    while (this.#pending.length >= HEADER) {
      const end = HEADER + readLength(this.#pending);
      if (this.#pending.length < end) return;
      const packet = this.#pending.subarray(HEADER, end);
      this.#pending = this.#pending.subarray(end);
      yield packet;
    }
  }
}

function readLength(pending: Buffer): number {
  const length = pending.readUInt32BE();
  if (length <= LONGEST_PACKET) return length;
  throw new MuxError('bad-message', `a packet of ${length} bytes: at most ${LONGEST_PACKET}`);
}
