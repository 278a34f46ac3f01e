import type { InspectorAction } from '../../src/api.ts';
import type { Store } from '../store/create-store.ts';
import type { Notice, PageState } from '../store/page-state.ts';
import { chosenRow, type PageEvent } from '../store/reduce.ts';
import { follow, waitFor } from '../stream/follow.ts';
import { type ApiClient, isUnknownTunnel, problemSentence } from './api-client.ts';

/** The page's dealings with its server. */
export interface Session {
  readonly store: Store<PageState, PageEvent>;
  readonly order: (name: string, action: InspectorAction) => Promise<void>;
  /** Asks for steps that are older than those that are known. */
  readonly loadOlder: () => Promise<void>;
  readonly stop: () => void;
}

/** Keeps the store filled: the stream, and what belongs to the chosen one. */
export function createSession(api: ApiClient, store: Store<PageState, PageEvent>): Session {
  let current = new AbortController();
  let watched: string | null | undefined;
  let isLoadingOlder = false;
  const asked = new Set<string>();

  function connect(): void {
    const { chosen: watch, connection } = store.get();
    // Nothing more will come from there.
    if (watch === watched || connection.kind === 'ended' || connection.kind === 'refused') return;
    watched = watch;
    current.abort();
    current = new AbortController();
    void follow({
      open: async (signal) => {
        store.send({ type: 'hello', hello: await api.hello() });
        return openStream(watch, signal);
      },
      onMessage: (message) => {
        if (message.type === 'ended') return;
        store.send({ type: 'message', message, nowMs: Date.now() });
        if (message.type === 'all') afterAll(watch);
      },
      onConnection: (connection) => store.send({ type: 'connection', connection }),
      wait: waitFor,
      signal: current.signal,
    });
  }

  /** What was chosen may be gone: then the list alone. */
  function openStream(watch: string | null, signal: AbortSignal) {
    return api.stream(watch, signal).catch((error: unknown) => {
      if (watch === null || !isUnknownTunnel(error)) throw error;
      return api.stream(null, signal);
    });
  }

  function afterAll(watch: string | null): void {
    if (watch !== null) void loadSteps(watch);
    asked.clear();
    loadChart();
  }

  async function loadSteps(name: string): Promise<void> {
    await quietly(async () => {
      store.send({ type: 'steps', answer: await api.steps(name), isOlder: false });
    });
  }

  async function loadOlder(): Promise<void> {
    const { chosen, past } = store.get();
    const oldest = past.steps[0];
    if (chosen === null || oldest === undefined || !past.isCut || isLoadingOlder) return;
    isLoadingOlder = true;
    await quietly(async () => {
      const answer = await api.steps(chosen, oldest.atMs);
      store.send({ type: 'steps', answer, isOlder: true });
    });
    isLoadingOlder = false;
  }

  function loadChart(): void {
    const id = chosenRow(store.get())?.chart;
    if (id === undefined || asked.has(id) || store.get().charts.has(id)) return;
    asked.add(id);
    void quietly(async () => store.send({ type: 'chart', id, chart: await api.chart(id) }));
  }

  async function order(name: string, action: InspectorAction): Promise<void> {
    const tell = (text: string, isProblem: boolean) => {
      if (store.get().chosen === name) tellFor(store, { text, isProblem });
    };
    store.send({ type: 'notice', notice: null });
    try {
      await api.order(name, action);
      tell(`${DONE[action]} ${name}.`, false);
    } catch (error) {
      tell(`Could not ${WORDS[action]} ${name}: ${problemSentence(error)}.`, true);
    }
  }

  const leave = store.subscribe(() => {
    connect();
    loadChart();
  });
  connect();
  return { store, order, loadOlder, stop: () => (leave(), current.abort()) };
}

const WORDS = { start: 'start', restart: 'restart', stop: 'stop', probe: 'probe' } as const;
const DONE = {
  start: 'Starting',
  restart: 'Restarting',
  stop: 'Stopping',
  probe: 'Probing',
} as const;

/** What fails here fails again with the stream, which says so. */
async function quietly(work: () => Promise<void>): Promise<void> {
  await work().catch(() => undefined);
}

/** By then the state tells what became of an order. */
const NOTICE_MS = 6000;

/** Says what became of an order, for a while; a problem stays until the next order, or until another is chosen. */
export function tellFor(store: Store<PageState, PageEvent>, notice: Notice): void {
  store.send({ type: 'notice', notice });
  if (notice.isProblem) return;
  setTimeout(() => {
    if (store.get().notice === notice) store.send({ type: 'notice', notice: null });
  }, NOTICE_MS);
}
