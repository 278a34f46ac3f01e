import type { ServerResponse } from 'node:http';
import type { InspectorAction, InspectorApi } from '../api.ts';
import { InspectorError } from '../inspector-error.ts';
import type { InspectorSource, TimeRange } from '../source.ts';
import type { InspectorLimits } from './inspector-limits.ts';
import type { StreamHub } from './stream-hub.ts';
import { oneParameter } from './query.ts';

/** What a request brings, besides its path. */
export interface RouteInput {
  /** What stands in the path for the words in capitals, in their order. */
  readonly words: readonly string[];
  readonly query: URLSearchParams;
}

/** How one kind of request is answered: once with JSON, or with a stream. */
export interface InspectorRoute {
  /** Parameters that its query may have. */
  readonly parameters: readonly string[];
  /** Gives the answer, which goes out as JSON. */
  readonly answer?: (input: RouteInput) => unknown;
  /** Or else writes the answer itself, as long as the reader stays. */
  readonly stream?: (input: RouteInput, outgoing: ServerResponse) => void;
}

/** Routes by method and path; words in capitals stand for any one part. */
export type InspectorRoutes = Readonly<Record<string, InspectorRoute>>;

export interface RouteParts {
  readonly source: InspectorSource;
  readonly hub: StreamHub;
  readonly limits: InspectorLimits;
}

/** Every route under `/api/`. */
export function createRoutes({ source, hub, limits }: RouteParts) {
  const plain = { parameters: [] };
  return {
    'GET /api/hello': { ...plain, answer: () => source.hello() },
    'GET /api/charts/ID': { ...plain, answer: async ({ words: [id = ''] }) => chartOf(source, id) },
    'GET /api/stream': {
      parameters: ['watch'],
      stream({ query }, outgoing) {
        const follows = oneParameter(query, 'watch');
        if (follows !== undefined) known(source, follows);
        if (!hub.hasRoom()) {
          throw new InspectorError('too-many', 'too many pages are open: close one of them');
        }
        hub.open(outgoing, follows);
      },
    },
    'GET /api/tunnels/NAME/steps': {
      parameters: ['from', 'to'],
      answer: async ({ words: [name = ''], query }) => {
        const found = await source.steps(known(source, name), readRange(query));
        const steps = found.steps.slice(-limits.steps);
        return { ...found, steps, isCut: found.isCut || steps.length < found.steps.length };
      },
    },
    'GET /api/tunnels/NAME/why': {
      ...plain,
      answer: ({ words: [name = ''] }) => source.why(known(source, name)),
    },
    'POST /api/tunnels/NAME/ACTION': {
      ...plain,
      answer: async ({ words: [name = '', word = ''] }) => {
        const done = readAction(source, word);
        await source.act(known(source, name), done);
        return { done };
      },
    },
  } satisfies Readonly<Record<keyof InspectorApi, InspectorRoute>>;
}

async function chartOf(source: InspectorSource, id: string) {
  const chart = await source.chart(id);
  if (chart !== undefined) return chart;
  throw new InspectorError('not-found', 'unknown chart: the rows name the known ones');
}

function known(source: InspectorSource, name: string): string {
  if (source.names().includes(name)) return name;
  throw new InspectorError('unknown-tunnel', 'unknown name: it may have been removed');
}

function readAction(source: InspectorSource, word: string): InspectorAction {
  const { actions } = source.hello();
  const action = actions.find((each) => each === word);
  if (action !== undefined) return action;
  const known = actions.length === 0 ? 'there are none here' : `known are ${actions.join(', ')}`;
  throw new InspectorError('not-found', `unknown action: ${known}`);
}

function readRange(query: URLSearchParams): TimeRange {
  const fromMs = readTime(query, 'from');
  const toMs = readTime(query, 'to');
  return {
    ...(fromMs === undefined ? {} : { fromMs }),
    ...(toMs === undefined ? {} : { toMs }),
  };
}

function readTime(query: URLSearchParams, name: string): number | undefined {
  const written = oneParameter(query, name);
  if (written === undefined) return undefined;
  if (/^\d{1,15}(\.\d{1,6})?$/.test(written)) return Number(written);
  throw new InspectorError('bad-request', `${name} must be a time in milliseconds since 1970`);
}
