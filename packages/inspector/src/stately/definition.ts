import type { AnyActorRef } from 'xstate';
import { plainData } from './plain-data.ts';

/** One text for all actors of a machine: a thousand tunnels have one. */
const texts = new WeakMap<object, Map<number, string>>();

/** The config of an actor's machine; `undefined` for callbacks, promises and whatever else is no machine. */
export function machineConfig(actor: AnyActorRef): { readonly id?: string } | undefined {
  const { logic } = actor as { readonly logic?: { readonly config?: unknown } };
  const config = logic?.config;
  return typeof config === 'object' && config !== null ? config : undefined;
}

function configText(config: object, depthLimit: number): string {
  const known = texts.get(config) ?? new Map<number, string>();
  texts.set(config, known);
  const text =
    known.get(depthLimit) ??
    JSON.stringify(plainData(config, { depthLimit, namesFunctions: true }));
  known.set(depthLimit, text);
  return text;
}

/** What an actor is called: its id, or that of its machine if nobody gave it one. */
export function actorName(actor: AnyActorRef): string {
  return actor.id === actor.sessionId ? (machineConfig(actor)?.id ?? actor.id) : actor.id;
}

/** The raw config of an actor's machine as JSON, functions by their names; `{"id":NAME}` of any other actor. */
export function definitionOf(actor: AnyActorRef, depthLimit: number): string {
  const config = machineConfig(actor);
  return config === undefined
    ? JSON.stringify({ id: actorName(actor) })
    : configText(config, depthLimit);
}
