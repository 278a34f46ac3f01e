import type { FleetEvent } from '@holdfast/engine';
import type { Api, ForwardOrder, InspectOrder, Selection } from '../api.ts';
import {
  isChanges,
  isHello,
  isInspected,
  isOpenedForward,
  isSelected,
  isStatus,
  isWhy,
} from './answer-shapes.ts';
import { ask, askPatiently, type Question } from './ask.ts';
import { formatQuery, type Line } from './call.ts';
import { readEvents, type EventsRequest } from './read-events.ts';

type Answer<TKey extends keyof Api> = Promise<Api[TKey]['response']>;

/** A running supervisor. Every method rejects with nothing but a ControlError. */
export interface ControlClient {
  /** Who answers; also one that speaks another protocol. */
  hello(): Answer<'GET /v1/hello'>;
  status(selection?: Selection): Answer<'GET /v1/status'>;
  /** Takes a name, or a pattern that means one tunnel. */
  why(name: string): Answer<'GET /v1/why'>;
  up(selection?: Selection): Answer<'POST /v1/up'>;
  /** Waits until every ssh is gone. */
  down(selection?: Selection): Answer<'POST /v1/down'>;
  restart(selection?: Selection): Answer<'POST /v1/restart'>;
  /** Asks healthy tunnels now whether they carry traffic. */
  probe(selection?: Selection): Answer<'POST /v1/probe'>;
  /** Opens the inspector's page, or closes it. */
  inspect(order?: InspectOrder): Answer<'POST /v1/inspect'>;
  /** Reads the tunnels file again, or the one at this absolute path. */
  reload(config?: string): Answer<'POST /v1/reload'>;
  addForward(order: ForwardOrder): Answer<'POST /v1/forwards/add'>;
  removeForward(order: ForwardOrder): Answer<'POST /v1/forwards/remove'>;
  /** Ends all tunnels and the supervisor, also one that speaks another protocol; waits until every ssh is gone. */
  end(): Answer<'POST /v1/end'>;
  /** What happens, as it happens; ends when the supervisor does, or quietly by its signal. */
  events(request?: EventsRequest): AsyncGenerator<FleetEvent, void>;
}

/** Where the supervisor is, who asks, and how patiently. */
export interface ControlClientOptions extends Line {
  /** The SSH_AUTH_SOCK that `up`, `restart` and `reload` bring along. Default: none. */
  readonly agent?: string | undefined;
  /** For what is answered at once. Default: 10 s. */
  readonly quickMs?: number;
  /** For what waits for ssh: `down`, `end`, `reload` and forwards, if the supervisor says meanwhile who it is. Default: 60 s. */
  readonly slowMs?: number;
}

/** Speaks to the supervisor on a socket; each request is a connection of its own, and none is made before. */
export function createControlClient(options: ControlClientOptions): ControlClient {
  const { quickMs = 10_000, slowMs = 60_000, agent } = options;
  const common = { timeoutMs: quickMs, acceptsAnyProtocol: false };
  const get = (path: string) => ({ ...common, method: 'GET', path });
  const post = (path: string, body: object) => {
    return { ...common, method: 'POST', path, body: JSON.stringify(body) };
  };
  const frozen = { acceptsAnyProtocol: true };
  const whoIsIt = { ...get('/v1/hello'), ...frozen, isAnswer: isHello };
  const askSlow = <TAnswer>(question: Omit<Question<TAnswer>, 'timeoutMs'>) =>
    askPatiently(options, { ...question, timeoutMs: slowMs }, whoIsIt);
  return {
    hello: () => ask(options, whoIsIt),
    async status({ names } = {}) {
      const path = `/v1/status${formatQuery(names ?? [])}`;
      const status = await ask(options, { ...get(path), isAnswer: isStatus });
      // A query cannot say that a list is empty.
      return names?.length === 0 ? { ...status, tunnels: [] } : status;
    },
    why: (name) => ask(options, { ...get(`/v1/why${formatQuery([name])}`), isAnswer: isWhy }),
    up: (order = {}) => ask(options, { ...post('/v1/up', order), agent, isAnswer: isSelected }),
    down: (order = {}) => askSlow({ ...post('/v1/down', order), isAnswer: isSelected }),
    restart: (order = {}) =>
      ask(options, { ...post('/v1/restart', order), agent, isAnswer: isSelected }),
    probe: (order = {}) => ask(options, { ...post('/v1/probe', order), isAnswer: isSelected }),
    inspect: (order = {}) => ask(options, { ...post('/v1/inspect', order), isAnswer: isInspected }),
    reload: (config) => askSlow({ ...post('/v1/reload', { config }), agent, isAnswer: isChanges }),
    addForward: (order) =>
      askSlow({ ...post('/v1/forwards/add', order), isAnswer: isOpenedForward }),
    removeForward: (order) =>
      askSlow({ ...post('/v1/forwards/remove', order), isAnswer: isOpenedForward }),
    end: () => askSlow({ ...post('/v1/end', {}), ...frozen, isAnswer: isSelected }),
    events: (request = {}) => readEvents(options, request),
  };
}
