import type * as z from 'zod';
import type { Fleet, Forward } from '@holdfast/engine';
import { parseForward } from '@holdfast/engine/forward';
import type { Api, ForwardOrder, Hello, Inspected, InspectOrder, Selection } from '../api.ts';
import { ApiError } from './api-error.ts';
import type { Ending } from './ending.ts';
import type { RunningConfig } from './running-config.ts';
import {
  forwardBody,
  inspectBody,
  nothingSchema,
  reloadBody,
  selectionBody,
  selectionQuery,
  whyQuery,
} from './request-schemas.ts';
import { selectTunnel, selectTunnels } from './select-tunnels.ts';

/** What a request brings: the parameters of its query, or its body. */
type InputOf<TRequest> = TRequest extends { readonly query: infer TQuery }
  ? TQuery
  : TRequest extends { readonly body: infer TBody }
    ? TBody
    : object;

/** How one kind of request is answered. */
export interface Route<TInput = never, TResponse = unknown> {
  readonly schema: z.ZodType<TInput>;
  /** Means the same in every protocol, so that a newer command can end an older supervisor. */
  readonly speaksAnyProtocol?: boolean;
  /** Whether it starts ssh, which may need the caller's agent. */
  readonly startsSsh?: boolean;
  handle(input: TInput): TResponse | Promise<TResponse>;
  /** Called when the answer has been sent, or will never be. */
  answered?(): void;
}

/** Every route of the interface, by method and path. */
export type Routes = {
  readonly [TKey in keyof Api]: Route<InputOf<Api[TKey]>, Api[TKey]['response']>;
};

export interface RouteParts {
  readonly fleet: Fleet;
  readonly hello: Hello;
  readonly config: RunningConfig;
  readonly ending: Ending;
  readonly openInspector: OpenInspector | undefined;
}

export function createRoutes({ fleet, hello, config, ending, openInspector }: RouteParts): Routes {
  const tunnels = () => fleet.status().tunnels;
  const select = ({ names }: Selection, withoutList?: 'enabled') =>
    selectTunnels(names, tunnels(), withoutList);
  return {
    'GET /v1/hello': {
      schema: nothingSchema,
      speaksAnyProtocol: true,
      handle: () => ({ ...hello, config: config.path }),
    },
    'GET /v1/status': {
      schema: selectionQuery,
      handle: ({ names }) => selectedStatus(fleet, names),
    },
    'GET /v1/why': {
      schema: whyQuery,
      handle: ({ name }) => fleet.why(selectTunnel(name, tunnels())),
    },
    'POST /v1/up': {
      schema: selectionBody,
      startsSsh: true,
      handle: (order) => reach(select(order, 'enabled'), (names) => fleet.start(names)),
    },
    'POST /v1/down': {
      schema: selectionBody,
      handle: (order) => reach(select(order), (names) => fleet.stop(names)),
    },
    'POST /v1/restart': {
      schema: selectionBody,
      startsSsh: true,
      handle: (order) => reach(select(order, 'enabled'), (names) => fleet.restart(names)),
    },
    'POST /v1/probe': {
      schema: selectionBody,
      handle: (order) => reach(select(order), (names) => fleet.probe(names)),
    },
    'POST /v1/inspect': {
      schema: inspectBody,
      handle: (order) => openOrRefuse(openInspector, order),
    },
    'POST /v1/reload': {
      schema: reloadBody,
      startsSsh: true,
      handle: ({ config: path }) => config.reload(path),
    },
    ...forwardRoutes(fleet),
    'POST /v1/end': {
      schema: nothingSchema,
      speaksAnyProtocol: true,
      handle: () => reach(select({}), () => ending.begin()),
      answered: () => ending.answered(),
    },
  };
}

function forwardRoutes(
  fleet: Fleet,
): Pick<Routes, 'POST /v1/forwards/add' | 'POST /v1/forwards/remove'> {
  const select = ({ tunnel }: ForwardOrder) => selectTunnel(tunnel, fleet.status().tunnels);
  return {
    'POST /v1/forwards/add': {
      schema: forwardBody,
      handle: (order) => fleet.openForward(select(order), readForward(order)),
    },
    'POST /v1/forwards/remove': {
      schema: forwardBody,
      async handle(order) {
        const forward = readForward(order);
        await fleet.closeForward(select(order), forward);
        return { forward: forward.text };
      },
    },
  };
}

function selectedStatus(fleet: Fleet, patterns: readonly string[] | undefined) {
  const { tunnels, ...rest } = fleet.status();
  const names = new Set(selectTunnels(patterns, tunnels));
  return { ...rest, tunnels: tunnels.filter(({ name }) => names.has(name)) };
}

async function reach(
  names: readonly string[],
  order: (names: readonly string[]) => void | Promise<void>,
): Promise<{ readonly tunnels: readonly string[] }> {
  await order(names);
  return { tunnels: names };
}

function readForward({ kind, spec }: ForwardOrder): Forward {
  const reading = parseForward(kind, spec);
  if ('value' in reading) return reading.value;
  throw new ApiError('bad-request', `the forward ${JSON.stringify(spec)} ${reading.wrong}`);
}

/** Opens the inspector's page or closes it, or says in one sentence why it cannot. This package knows nothing else of it. */
export type OpenInspector = (
  order: InspectOrder,
) => Promise<Inspected | { readonly problem: string }>;

/** The page, or an {@link ApiError} `inspector-failed`. */
async function openOrRefuse(
  openInspector: OpenInspector | undefined,
  order: InspectOrder,
): Promise<Inspected> {
  if (openInspector === undefined) {
    throw new ApiError('inspector-failed', 'this supervisor has no inspector');
  }
  const opened = await openInspector(order);
  if ('problem' in opened) throw new ApiError('inspector-failed', opened.problem);
  return opened;
}
