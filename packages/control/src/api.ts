import type { LocatedError } from '@holdfast/config';
import type {
  FleetChanges,
  FleetEvent,
  FleetStatus,
  ForwardKind,
  OpenedForward,
  WhyReport,
} from '@holdfast/engine';

/** Counted up when an old client and a new supervisor, or the other way round, would misunderstand each other. */
export const PROTOCOL = 1;

/** Who answers. */
export interface Hello {
  readonly program: 'holdfast';
  /** Of the package, such as `0.1.0`. */
  readonly version: string;
  readonly protocol: number;
  readonly pid: number;
  readonly startedAt: string;
  /** The tunnels file it runs, as an absolute path. */
  readonly config: string;
}

/** Why a request was refused. */
export type ApiErrorCode =
  | 'bad-request'
  | 'too-large'
  | 'not-found'
  | 'wrong-protocol'
  | 'unknown-tunnel'
  | 'not-connected'
  | 'forward-failed'
  | 'inspector-failed'
  | 'config-invalid'
  | 'config-unreadable'
  | 'too-many'
  | 'ending'
  | 'internal';

/** Body of every answer with a status from 400 on. */
export interface ApiErrorBody {
  readonly error: {
    readonly code: ApiErrorCode;
    /** One sentence: what, and what to do. */
    readonly message: string;
    /** With `config-invalid`: everything that is wrong with the file. */
    readonly locations?: readonly LocatedError[];
  };
}

/**
 * Names of tunnels, globs (`db-*`) and tags (`tag:web`). Without a list: all, or of `up` and `restart` all that are enabled. An empty list
 * is nobody.
 */
export interface Selection {
  readonly names?: readonly string[];
}

/** What may come with the answer to an order that starts ssh. */
export interface AgentNews {
  /** The socket of the caller's ssh-agent, if the supervisor had none that lives and took it over. */
  readonly agent?: string;
}

/** The tunnels that an order reached. */
export interface Selected extends AgentNews {
  readonly tunnels: readonly string[];
}

/** What to do with the inspector's page. */
export interface InspectOrder {
  /** Where its server is to listen, on 127.0.0.1. Default: any port that is free. */
  readonly port?: number;
  /** Ends the server, and every page with it. */
  readonly close?: boolean;
}

/** The inspector's page. */
export interface Inspected {
  /** Its address, with the token that opens it: a secret like the socket itself. `null`: it is closed. */
  readonly url: string | null;
}

/** A forward of a tunnel, by hand. */
export interface ForwardOrder {
  readonly tunnel: string;
  readonly kind: ForwardKind;
  /** As ssh's -L, -R or -D takes it. */
  readonly spec: string;
}

/**
 * Every request of the interface: JSON over HTTP on the Unix socket `control.sock` in the runtime directory.
 *
 * Each request carries the header `holdfast-protocol`; each answer too. `up`, `restart` and `reload` may carry `holdfast-agent`.
 * `hello` and `end` mean the same in every protocol, so that a newer command can end an older supervisor.
 */
export interface Api {
  'GET /v1/hello': { readonly response: Hello };
  /** Query: `name`, repeated. */
  'GET /v1/status': { readonly query: Selection; readonly response: FleetStatus };
  'GET /v1/why': { readonly query: { readonly name: string }; readonly response: WhyReport };
  'POST /v1/up': { readonly body: Selection; readonly response: Selected };
  /** Answers when every ssh is gone. */
  'POST /v1/down': { readonly body: Selection; readonly response: Selected };
  'POST /v1/restart': { readonly body: Selection; readonly response: Selected };
  /** Asks healthy tunnels now whether they carry traffic. */
  'POST /v1/probe': { readonly body: Selection; readonly response: Selected };
  /** Opens the inspector's page, with the first request; the same one later. */
  'POST /v1/inspect': { readonly body: InspectOrder; readonly response: Inspected };
  /** Reads the tunnels file again, or another one. */
  'POST /v1/reload': {
    readonly body: { readonly config?: string };
    readonly response: FleetChanges & AgentNews;
  };
  'POST /v1/forwards/add': { readonly body: ForwardOrder; readonly response: OpenedForward };
  'POST /v1/forwards/remove': { readonly body: ForwardOrder; readonly response: OpenedForward };
  /** Ends all tunnels and the supervisor; answers when every ssh is gone. */
  'POST /v1/end': { readonly body: object; readonly response: Selected };
}

/** `GET /v1/events`: server-sent events, one {@link FleetEvent} as JSON in each `data`; its `id` is the event's. */
export type ApiEvent = FleetEvent;
