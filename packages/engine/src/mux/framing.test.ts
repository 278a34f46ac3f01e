import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { framePacket, LONGEST_PACKET, PacketCutter } from './framing.ts';
import { decodeAnswer } from './messages.ts';
import { isMuxError } from './mux-error.ts';

/** What a cutter makes of pieces: its packets in hex, and the code of the error that ended it. */
function cutAll(pieces: readonly Uint8Array[]): string[] {
  const cutter = new PacketCutter();
  const found: string[] = [];
  try {
    for (const piece of pieces) {
      for (const packet of cutter.cut(Buffer.from(piece))) found.push(packet.toString('hex'));
    }
  } catch (error) {
    if (!isMuxError(error)) throw error;
    found.push(error.code);
  }
  return found;
}

/** The same bytes in pieces that end at these places. */
function split(bytes: Buffer, ends: readonly number[]): Buffer[] {
  const cuts = [0, ...ends.map((end) => end % (bytes.length + 1)), bytes.length];
  const sorted = cuts.toSorted((one, other) => one - other);
  return sorted.slice(1).map((end, index) => bytes.subarray(sorted[index], end));
}

const splits = fc.array(fc.nat(), { maxLength: 20 });

describe('the cutter', () => {
  test('returns packets as they were framed, however they are cut', () => {
    const packets = fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 6 });
    fc.assert(
      fc.property(packets, splits, (sent, ends) => {
        const wire = Buffer.concat(sent.map((packet) => framePacket(Buffer.from(packet))));
        const expected = sent.map((packet) => Buffer.from(packet).toString('hex'));
        expect(cutAll(split(wire, ends))).toEqual(expected);
      }),
    );
  });

  test('makes the same of any bytes, however they are cut', () => {
    const short = fc.uint8Array({ maxLength: 40 }).map((bytes) => framePacket(Buffer.from(bytes)));
    const anything = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes));
    const wire = fc
      .array(fc.oneof(short, anything), { maxLength: 6 })
      .map((all) => Buffer.concat(all));
    fc.assert(
      fc.property(wire, splits, (bytes, ends) => {
        expect(cutAll(split(bytes, ends))).toEqual(cutAll([bytes]));
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    ['the longest packet', LONGEST_PACKET, []],
    ['one byte more', LONGEST_PACKET + 1, ['bad-message']],
    ['the longest that can be said', 0xffff_ffff, ['bad-message']],
  ])('decides about %s by its length alone', (_, length, found) => {
    const header = Buffer.alloc(4);
    header.writeUInt32BE(length);
    expect(cutAll([header])).toEqual(found);
  });
});

test('any packet is an answer or a bad message', () => {
  const types = fc
    .constantFrom(0x80, 0x10, 0)
    .chain((high) =>
      fc.tuple(fc.constant(high), fc.constant(0), fc.constant(0), fc.nat({ max: 9 })),
    );
  const packet = fc
    .tuple(types, fc.uint8Array({ maxLength: 30 }))
    .map(([type, rest]) => Buffer.from([...type, ...rest]));
  fc.assert(
    fc.property(packet, (bytes) => {
      try {
        expect(decodeAnswer(bytes).id).toBe(bytes.readUInt32BE(4));
      } catch (error) {
        expect(error).toMatchObject({ name: 'MuxError', code: 'bad-message' });
      }
    }),
    { numRuns: 2000 },
  );
});
