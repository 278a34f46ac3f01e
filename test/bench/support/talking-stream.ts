import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const EVERY_MS = 1000;
const LOOK_AGAIN_MS = 50;

/** A connection through a forward to its echo service, on which a line is said every second, as a session that is used. */
export interface TalkingStream {
  /** Whether it is open, and what came back is what was said. */
  isKept(): boolean;
  /**
   * When a line came back for the first time after a moment, on the clock of `performance.now()`; `undefined`: the stream ended, or
   * nothing came for so long.
   */
  heardAfter(fromMs: number, giveUpMs: number): Promise<number | undefined>;
  end(): void;
}

/** Connects to a port of 127.0.0.1 and talks. All streams say their lines at the same moments. */
export async function startTalking(port: number): Promise<TalkingStream> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  const heardAtMs: number[] = [];
  let [said, heard, lines, isOver] = ['', '', 0, false];
  socket.on('error', () => undefined).once('close', () => (isOver = true));
  socket.setEncoding('utf8').on('data', (text: string) => {
    heard += text;
    heardAtMs.push(performance.now());
  });
  const talk = async () => {
    while (!isOver) {
      await sleep(EVERY_MS - (performance.now() % EVERY_MS));
      lines += 1;
      said += `${lines}\n`;
      socket.write(`${lines}\n`);
    }
  };
  void talk();
  return {
    isKept: () => !isOver && said.startsWith(heard),
    heardAfter: async (fromMs, giveUpMs) => {
      for (;;) {
        const atMs = heardAtMs.find((each) => each > fromMs);
        if (atMs !== undefined || isOver || performance.now() > fromMs + giveUpMs) return atMs;
        await sleep(LOOK_AGAIN_MS);
      }
    },
    end: () => socket.destroy(),
  };
}
