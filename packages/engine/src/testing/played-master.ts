import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { framePacket, PacketCutter } from '../mux/framing.ts';

export const OPEN_FORWARD = 0x1000_0006;
export const CLOSE_FORWARD = 0x1000_0007;
const OK = 0x8000_0001;
const FAILURE = 0x8000_0003;

/** What a played ssh says to a request for a forward. */
export type Says = 'granted' | 'nothing' | 'bye' | { readonly failure: string };

/** An ssh as its control socket shows it. */
export interface PlayedMaster {
  /** The types of all requests. */
  readonly asked: readonly number[];
  /** How many connections are open. */
  readonly open: number;
  close(): Promise<void>;
}

/** Plays an ssh at a path. One that does not greet is stopped. */
export async function playMaster(
  path: string,
  says: () => Says = () => 'granted',
  greets: () => boolean = () => true,
): Promise<PlayedMaster> {
  const asked: number[] = [];
  const sockets: Socket[] = [];
  const server: Server = createServer((socket) => {
    sockets.push(socket.on('error', () => undefined));
    const cutter = new PacketCutter();
    if (greets()) socket.write(framePacket(Buffer.concat([word(1), word(4)])));
    socket.on('data', (piece) => {
      for (const packet of cutter.cut(piece)) {
        const type = packet.readUInt32BE();
        if (type === 1) continue;
        asked.push(type);
        const answer = type === OPEN_FORWARD ? answerTo(says()) : [word(OK)];
        if (answer === 'bye') socket.end();
        else if (answer !== 'nothing')
          socket.write(
            framePacket(Buffer.concat([answer[0]!, packet.subarray(4, 8), ...answer.slice(1)])),
          );
      }
    });
  });
  server.listen(path);
  await once(server, 'listening');
  return {
    asked,
    get open() {
      return sockets.filter(({ closed }) => !closed).length;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      if (server.listening) await once(server.close(), 'close');
    },
  };
}

function answerTo(says: Says): 'nothing' | 'bye' | readonly Buffer[] {
  if (says === 'nothing' || says === 'bye') return says;
  return says === 'granted'
    ? [word(OK)]
    : [word(FAILURE), word(says.failure.length), Buffer.from(says.failure)];
}

function word(value: number): Buffer {
  return Buffer.from(value.toString(16).padStart(8, '0'), 'hex');
}
