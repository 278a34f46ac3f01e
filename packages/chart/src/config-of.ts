import type { AnyStateMachine } from 'xstate';
import { actionName, guardName } from './implementation-names.ts';

/** Something that JSON can hold. */
export type Json =
  string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

type Fields = Readonly<Record<string, unknown>>;

/**
 * The definition of a machine as plain JSON, as Stately's editor imports it and `createMachine` takes it.
 *
 * Guards, actions, actors and delays stand in it by their names; what functions compute (context, input, parameters,
 * output) is left out. States, events and targets are those of the machine.
 */
export function configOf(machine: AnyStateMachine): { readonly [key: string]: Json } {
  return stateConfig(machine.config as Fields);
}

/** What is more than data in the definition of a state; all else is copied. */
const STATE_FIELDS: Readonly<Record<string, (value: unknown) => Json | undefined>> = {
  states: (states) => mapFields(states as Fields, (state) => stateConfig(state as Fields)),
  on: (events) => mapFields(events as Fields, transitions),
  after: (delays) => mapFields(delays as Fields, transitions),
  always: transitions,
  onDone: transitions,
  initial: (initial) => (typeof initial === 'string' ? initial : transition(initial)),
  entry: actions,
  exit: actions,
  invoke: (invoked) => list(invoked).map((each) => invocation(each as Fields)),
};

function stateConfig(config: Fields): { readonly [key: string]: Json } {
  return mapFields(config, (value, key) => (STATE_FIELDS[key] ?? plain)(value));
}

function invocation(config: Fields): Json {
  const kept = mapFields(config, (value, key) =>
    key.startsWith('on') ? transitions(value) : plain(value),
  );
  const { src } = config;
  return typeof src === 'string' ? kept : { ...kept, src: 'inline' };
}

function transitions(config: unknown): Json {
  return Array.isArray(config) ? config.map(transition) : transition(config);
}

function transition(config: unknown): Json {
  if (typeof config === 'string') return { target: config };
  return mapFields((config ?? {}) as Fields, (value, key) => {
    if (key === 'actions') return actions(value);
    return key === 'guard' ? named(value, guardName(value)) : plain(value);
  });
}

function actions(config: unknown): Json {
  return list(config).map((action) => named(action, actionName(action)));
}

/** The name, with the parameters that are data. */
function named(config: unknown, type: string): Json {
  const { params } = config as { readonly params?: unknown };
  const data = plain(params);
  return data === undefined ? { type } : { type, params: data };
}

function list(config: unknown): readonly unknown[] {
  if (config === undefined) return [];
  return Array.isArray(config) ? config : [config];
}

/** A value as JSON would hold it; `undefined` if that cannot be. */
function plain(value: unknown): Json | undefined {
  const text = JSON.stringify(value) as string | undefined;
  return text === undefined ? undefined : (JSON.parse(text) as Json);
}

function mapFields(
  fields: Fields,
  change: (value: unknown, key: string) => Json | undefined,
): { readonly [key: string]: Json } {
  const changed = Object.entries(fields).map(([key, value]) => [key, change(value, key)] as const);
  return Object.fromEntries(
    changed.filter((entry): entry is readonly [string, Json] => entry[1] !== undefined),
  );
}
