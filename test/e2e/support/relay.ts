import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('relay-process.mjs', import.meta.url));

/** What went through a line since it was made. */
export interface LineCount {
  /** Connections that were let in. */
  readonly accepted: number;
  /** Bytes of clients; without the headers of TCP. */
  readonly bytesUp: number;
  /** Bytes of the server. */
  readonly bytesDown: number;
  /** Ports from which the connections that are open now reach the server. */
  readonly serverPorts: readonly number[];
}

/** One port of a relay: it leads to the server, for better or worse. Each order is fulfilled when it is carried out. */
export interface RelayLine {
  readonly port: number;
  /** Lets everything through: ends what was ordered before. */
  pass(): Promise<void>;
  /** Silence on all connections that are open: nothing is read, nothing is closed. New ones pass. */
  freeze(): Promise<void>;
  /** Resets all connections, and keeps listening. */
  cut(): Promise<void>;
  /** Resets all connections, and refuses new ones. */
  refuse(): Promise<void>;
  count(): Promise<LineCount>;
}

/** A process between ssh and its server that can spoil the line. */
export interface Relay {
  readonly lines: readonly RelayLine[];
  close(): Promise<void>;
}

/** Where a relay runs, listens and leads to. */
export interface RelaySettings {
  /** The command line that runs a program at the right place. */
  readonly inside: (...command: readonly string[]) => readonly [string, ...string[]];
  readonly host: string;
  readonly ports: readonly number[];
  readonly target: { readonly host: string; readonly port: number };
}

type Order = (line: number, order: keyof RelayLine) => Promise<unknown>;

/** Starts a relay, in a process of its own: who measures shall not be busy with bytes. */
export async function startRelay({ inside, ...settings }: RelaySettings): Promise<Relay> {
  const [file, ...words] = inside(process.execPath, PROGRAM, JSON.stringify(settings));
  const child = spawn(file, words, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const order = createOrders(child);
  await order.ready;
  return {
    lines: settings.ports.map((port, index) => createLine(port, index, order.give)),
    close: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function createLine(port: number, index: number, give: Order): RelayLine {
  const orderTo = (order: keyof RelayLine) => async () => void (await give(index, order));
  return {
    port,
    pass: orderTo('pass'),
    freeze: orderTo('freeze'),
    cut: orderTo('cut'),
    refuse: orderTo('refuse'),
    count: async () => (await give(index, 'count')) as LineCount,
  };
}

function createOrders(child: ChildProcess): { readonly ready: Promise<unknown>; give: Order } {
  const waiting = new Map<number, PromiseWithResolve>();
  let lastId = 0;
  const wait = (id: number) =>
    new Promise<unknown>((resolve, reject) => waiting.set(id, { resolve, reject }));
  const failAll = () => {
    for (const { reject } of waiting.values()) reject(new Error('the relay has ended'));
    waiting.clear();
  };
  child.once('exit', failAll).once('error', failAll);
  child.on('message', ({ id, answer }: { id: number; answer: unknown }) => {
    waiting.get(id)?.resolve(answer);
    waiting.delete(id);
  });
  return {
    ready: wait(0),
    give: (line, order) => {
      if (!child.connected) return Promise.reject(new Error('the relay has ended'));
      lastId += 1;
      child.send({ id: lastId, line, order });
      return wait(lastId);
    },
  };
}

interface PromiseWithResolve {
  resolve(answer: unknown): void;
  reject(error: Error): void;
}
