import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate';
import { actionNames, guardName } from './implementation-names.ts';
import type { Chart, ChartState, ChartTransition } from './chart.ts';
import { transitionId, triggerOf } from './transition-names.ts';

/**
 * The chart of a machine, from its own definition.
 *
 * Any machine of XState 5 will do. It is read, not run; implementations may be missing.
 */
export function chartOf(machine: AnyStateMachine): Chart {
  const nodes = nodesFrom(machine.root);
  return {
    id: machine.id,
    description: machine.root.description ?? null,
    states: nodes.map(stateOf),
    transitions: nodes.flatMap(definitionsOf).map(transitionOf),
  };
}

/** A state and all within, in the order of the definition. */
function nodesFrom(node: AnyStateNode): readonly AnyStateNode[] {
  return [node, ...Object.values(node.states).flatMap(nodesFrom)];
}

function stateOf(node: AnyStateNode): ChartState {
  return {
    path: pathOf(node),
    name: node.key,
    parent: node.parent === undefined ? null : pathOf(node.parent),
    kind: node.type,
    initial: initialOf(node),
    description: node.description ?? null,
    // Not `node.entry` and `node.exit`: XState adds to them what starts and ends the delays.
    entry: actionNames(node.config.entry),
    exit: actionNames(node.config.exit),
    invokes: node.invoke.map(({ src, id }) => (typeof src === 'string' ? src : id)),
    ...(node.history === false ? {} : { history: node.history }),
  };
}

/** Where a state begins; a history state, as long as there is nothing to remember. */
function initialOf(node: AnyStateNode): string | null {
  if (node.type === 'history') return defaultOf(node);
  if (node.type !== 'compound') return null;
  const [first] = node.initial.target;
  return first === undefined ? null : pathOf(first);
}

function defaultOf({ config, parent }: AnyStateNode): string | null {
  const { target } = config as { readonly target?: string };
  if (target === undefined || parent === undefined) return parent ? initialOf(parent) : null;
  if (target.startsWith('#')) return pathOf(parent.machine.getStateNodeById(target));
  return [...parent.path, target.replace(/^\./, '')].join('.');
}

function definitionsOf({ always = [], transitions }: AnyStateNode): AnyTransitionDefinition[] {
  return [...always, ...[...transitions.values()].flat()];
}

function transitionOf(definition: AnyTransitionDefinition): ChartTransition {
  const [target, ...others] = (definition.target ?? []).map(pathOf);
  const { guard, description, reenter } = definition;
  return {
    id: transitionId(definition),
    source: pathOf(definition.source),
    target: target ?? null,
    trigger: triggerOf(definition),
    guard: guard === undefined ? null : guardName(guard),
    actions: actionNames(definition.actions),
    description: description ?? null,
    ...(others.length === 0 ? {} : { otherTargets: others }),
    ...(reenter ? { reenter } : {}),
  };
}

function pathOf(node: AnyStateNode): string {
  return node.path.join('.');
}
