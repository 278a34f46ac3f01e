import { chartOf, tunnelLayout } from '@holdfast/chart';
import type {
  InspectorAction,
  InspectorHello,
  InspectorSource,
  SourceObserver,
} from '@holdfast/inspector';
import { tunnelMachine } from '@holdfast/machines';
import { scriptedTunnel, type Brought, type ScriptedTunnel } from './scripted-tunnel.ts';
import type { InputName } from './tunnel-inputs.ts';

/** Orders that the page gave. */
export interface GivenOrder {
  readonly name: string;
  readonly action: InspectorAction;
}

/** A source for the real server, whose tunnels do what a test says. */
export interface ScriptedSource extends InspectorSource {
  readonly add: (name: string, host: string) => ScriptedTunnel;
  /** Something happens to a tunnel, now. */
  readonly happen: (name: string, input: InputName, brought?: Brought) => void;
  readonly orders: readonly GivenOrder[];
  readonly end: (reason: string) => void;
}

export interface ScriptedSourceOptions {
  readonly kind?: InspectorHello['kind'];
  /** What happens on an order, besides that it is remembered. */
  readonly onOrder?: (order: GivenOrder) => void;
}

export const TUNNEL_CHART = chartOf(tunnelMachine);

/** A source without tunnels. */
export function scriptedSource({
  kind = 'live',
  onOrder,
}: ScriptedSourceOptions = {}): ScriptedSource {
  const tunnels = new Map<string, ScriptedTunnel>();
  const orders: GivenOrder[] = [];
  let observer: SourceObserver | undefined;
  const actions = kind === 'live' ? (['start', 'restart', 'stop', 'probe'] as const) : [];

  function tunnel(name: string): ScriptedTunnel {
    const found = tunnels.get(name);
    if (found === undefined) throw new Error(`there is no ${name}`);
    return found;
  }

  return {
    orders,
    add: (name, host) => {
      const added = scriptedTunnel(name, host);
      tunnels.set(name, added);
      observer?.listed();
      return added;
    },
    happen: (name, input, brought) => {
      const step = tunnel(name).play(input, Date.now(), brought);
      observer?.changed(name);
      if (observer?.isFollowed(name) === true) observer.stepped(name, step);
    },
    end: (reason) => observer?.ended(reason),
    hello: () => ({ kind, version: '0.0.0', title: 'supervisor 4711 on gateway', actions }),
    chart: (id) => (id === 'tunnel' ? { chart: TUNNEL_CHART, layout: tunnelLayout } : undefined),
    names: () => [...tunnels.keys()],
    row: (name) => tunnels.get(name)?.row(),
    watch: (watcher) => {
      observer = watcher;
      return () => (observer = undefined);
    },
    steps: (name, { fromMs = 0, toMs = Infinity }) => {
      const all = tunnel(name).steps();
      const steps = all.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);
      return { name, earliestMs: all[0]?.atMs ?? null, steps, isCut: false };
    },
    why: (name) => ({
      status: {} as never,
      sentences: whySentences(tunnel(name)),
      history: [],
    }),
    act: (name, action) => {
      orders.push({ name, action });
      onOrder?.({ name, action });
    },
  };
}

function whySentences(tunnel: ScriptedTunnel): readonly string[] {
  const { name, state, failureSentence, failureClass } = tunnel.row();
  return [
    `${name} is ${state}.`,
    ...(failureSentence === null
      ? []
      : [`It failed last because ${failureSentence} (${failureClass}).`]),
  ];
}
