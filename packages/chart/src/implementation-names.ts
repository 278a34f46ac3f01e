import type { StateValue } from 'xstate';
import { activePaths } from './active-paths.ts';

/** What the properties are called that functions stand in, and are then named after. */
const PLACES = ['', 'actions', 'entry', 'exit'];

/** The name of an action: its own, or what it does (`assign`, `raise`) if it stands in the machine as a function. */
export function actionName(action: unknown): string {
  if (typeof action === 'string') return action;
  const { type } = action as { readonly type?: unknown };
  if (typeof type === 'string') return type.replace(/^xstate\./, '');
  const { name } = action as { readonly name?: string };
  return name === undefined || PLACES.includes(name) ? 'inline' : name;
}

/** The names of one action, of several, or of none, as a machine's definition has them. */
export function actionNames(actions: unknown): readonly string[] {
  if (actions === undefined) return [];
  return (Array.isArray(actions) ? actions : [actions]).map(actionName);
}

/** What the guards that XState makes have on them: they are functions, whose names a bundler may have changed. */
interface MadeGuard {
  readonly name: string;
  readonly check?: (
    snapshot: unknown,
    args: object,
    params: { readonly guards: unknown },
  ) => boolean;
  readonly guards?: readonly unknown[];
  readonly stateValue?: StateValue;
}

/** The name of a guard: `hasProbes`, `not hasGate`, `isOld and (isBig or isRed)`, `in running`. */
export function guardName(guard: unknown): string {
  if (typeof guard === 'string') return guard;
  if (typeof guard !== 'function') return String((guard as { readonly type: unknown }).type);
  const made = guard as unknown as MadeGuard;
  if (made.stateValue !== undefined) return `in ${stateName(made.stateValue)}`;
  if (made.guards !== undefined) return joined(made, made.guards.map(innerName));
  return made.name === '' || made.name === 'guard' ? 'inline' : made.name;
}

function joined(made: MadeGuard, names: readonly string[]): string {
  if (answer(made, [yes, no])) return names.join(' or ');
  return answer(made, [no]) ? `not ${names.join('')}` : names.join(' and ');
}

/** What a guard says of others: that tells `or`, `and` and `not` apart, in any version and copy of XState. */
function answer({ check }: MadeGuard, guards: readonly unknown[]): boolean {
  const snapshot = { machine: { implementations: { guards: {} } } };
  return check?.(snapshot, { context: {}, event: {} }, { guards }) ?? false;
}

function yes(): boolean {
  return true;
}

function no(): boolean {
  return false;
}

function innerName(guard: unknown): string {
  const name = guardName(guard);
  return / (and|or) /.test(name) ? `(${name})` : name;
}

function stateName(value: StateValue): string {
  return typeof value === 'string' ? value : (activePaths({ value }).at(-1) ?? '');
}
