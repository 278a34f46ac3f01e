import { Subject } from 'rxjs';
import {
  FleetError,
  type Fleet,
  type FleetChanges,
  type FleetEvent,
  type TunnelStatus,
} from '@holdfast/engine';

const AT = '2030-01-02T03:04:05.678Z';

const NO_CHANGES: FleetChanges = {
  added: [],
  removed: [],
  restarted: [],
  adjusted: [],
  unchanged: [],
  problems: [],
};

/** A fleet that does nothing but remember what it was told. */
export interface FakeFleet extends Fleet {
  /** Every order, with its arguments, in the order they came. */
  readonly orders: readonly (readonly [order: string, ...unknown[]])[];
  /** Lets something happen; the id counts on from 1. */
  happen(event?: Partial<Omit<FleetEvent, 'id'>>): FleetEvent;
  add(tunnel: TunnelStatus): void;
  /** What an order gives from now on: instead of an answer, it waits for this. */
  holdUp(order: 'stop' | 'apply' | 'openForward' | 'close', gate: Promise<void>): void;
  /** Makes the next order fail. */
  failNext(error: Error): void;
}

/** All about a tunnel that was never started. */
export function fakeTunnel(name: string, more: Partial<TunnelStatus> = {}): TunnelStatus {
  return {
    name,
    host: `${name}.example`,
    tags: [],
    after: [],
    enabled: true,
    required: true,
    state: 'stopped',
    since: AT,
    isHealthy: more.state === 'healthy',
    suspect: null,
    isDegraded: false,
    needsAttention: false,
    phase: null,
    pid: null,
    starts: 0,
    nextStartAt: null,
    obstacle: null,
    failure: null,
    end: null,
    heartbeat: 'mux',
    roundTripMs: null,
    answeredAt: null,
    forwards: [],
    targetFailures: [],
    checks: [],
    ...more,
  };
}

export function createFakeFleet(first: readonly TunnelStatus[]): FakeFleet {
  const tunnels = [...first];
  const { orders, note, obey, holdUp, failNext } = recordOrders();
  const events = new Subject<FleetEvent>();
  let id = 0;
  return {
    orders,
    happen(event = {}) {
      id += 1;
      const whole: FleetEvent = {
        id,
        at: AT,
        tunnel: null,
        level: 'info',
        sentence: `event ${id}`,
        fact: { type: 'credentials.changed' },
        ...event,
      };
      events.next(whole);
      return whole;
    },
    add: (tunnel) => tunnels.push(tunnel),
    holdUp,
    failNext,
    event$: events.asObservable(),
    told$: events.asObservable(),
    events: () => notMade('events'),
    ready: () => notMade('ready'),
    status: () => ({ at: AT, tunnels }),
    describe: (name) => findTunnel(tunnels, name),
    why(name) {
      note('why', name);
      const status = findTunnel(tunnels, name);
      return { status, sentences: [`${name} was never started.`], history: [] };
    },
    start: (names) => note('start', names),
    stop: (names) => obey('stop', names),
    restart: (names) => note('restart', names),
    probe: (names) => note('probe', names),
    inspect: () => ({ unsubscribe: () => undefined }),
    actors: () => new Map(),
    async apply(specs) {
      await obey('apply', specs);
      return { ...NO_CHANGES, unchanged: specs.map(({ name }) => name) };
    },
    async openForward(name, forward) {
      await obey('openForward', name, forward);
      return { forward: forward.text, port: 40_000 };
    },
    closeForward: (name, forward) => obey('closeForward', name, forward),
    tell: (fact) => note('tell', fact),
    close: () => obey('close'),
    [Symbol.asyncDispose]: () => obey('close'),
  };
}

/** Nothing here reads a fleet this way. */
function notMade(what: string): never {
  throw new Error(`a fake fleet has no ${what}`);
}

function findTunnel(tunnels: readonly TunnelStatus[], name: string): TunnelStatus {
  const status = tunnels.find((tunnel) => tunnel.name === name);
  if (status !== undefined) return status;
  throw new FleetError('unknown-tunnel', `unknown tunnel ${name}`);
}

/** Remembers orders; makes them fail or wait when it was told so before. */
function recordOrders() {
  const orders: FakeFleet['orders'][number][] = [];
  const gates = new Map<string, Promise<void>>();
  let failure: Error | undefined;
  const note = (order: string, ...words: unknown[]) => {
    orders.push([order, ...words]);
    const error = failure;
    failure = undefined;
    if (error !== undefined) throw error;
  };
  const obey = async (order: string, ...words: unknown[]) => {
    note(order, ...words);
    await gates.get(order);
  };
  const holdUp: FakeFleet['holdUp'] = (order, gate) => gates.set(order, gate);
  const failNext = (error: Error) => (failure = error);
  return { orders, note, obey, holdUp, failNext };
}
