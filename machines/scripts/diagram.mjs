/**
 * Draws a machine as a Mermaid state diagram, with the names of its events, guards and delays.
 *
 * A line for each transition that leads somewhere; transitions of the whole machine that only act
 * are a note. The same machine always gives the same text.
 *
 * @param {import('xstate').AnyStateMachine} machine
 * @returns {string}
 */
export function diagram({ root }) {
  return ['stateDiagram-v2', ...drawInside(root, '  ')].join('\n');
}

/**
 * The inside of a state that has states: where it begins, its states, and the arrows between them.
 *
 * An arrow stands in the innermost state that holds both its ends: Mermaid takes a state to be where it
 * is first named.
 */
function drawInside(state, indent) {
  const children = Object.values(state.states);
  return [
    ...state.initial.target.map(({ key }) => `[*] --> ${key}`),
    ...children.flatMap(drawState),
    ...drawArrows(state),
    ...(state.parent === undefined ? drawNote(state) : []),
  ].map((line) => indent + line);
}

function drawState(state) {
  if (state.type === 'final') return [`${state.key} --> [*]`];
  if (state.type !== 'compound') return [state.key];
  return [`state ${state.key} {`, ...drawInside(state, '  '), '}'];
}

/** One arrow for each pair of states, with all that leads from the one to the other. */
function drawArrows(holder) {
  const labels = new Map();
  for (const { from, to, label } of arrowsFrom(holder.machine.root)) {
    if (innermost(from, to) !== holder) continue;
    const arrow = `${from.key} --> ${to.key}`;
    labels.set(arrow, [...(labels.get(arrow) ?? []), label]);
  }
  return [...labels].map(([arrow, all]) => labelled(arrow, all.filter(Boolean)));
}

/** An arrow that needs no cause has no label: Mermaid does not take an empty one. */
function labelled(arrow, labels) {
  return labels.length === 0 ? arrow : `${arrow} : ${labels.join('<br/>')}`;
}

/** All arrows that begin at a state or inside it. */
function arrowsFrom(state) {
  const own = transitionsOf(state).flatMap((transition) =>
    (transition.target ?? []).flatMap((to) => spread(state, to, transition)),
  );
  return [...own, ...Object.values(state.states).flatMap(arrowsFrom)];
}

/**
 * An arrow from a state to a state inside it begins, in the picture, at the states that are left by it:
 * all those within that do not answer the event themselves.
 */
function spread(from, to, transition) {
  const children = Object.values(from.states);
  if (!isInside(to, from) || children.length === 0) {
    return [{ from, to, label: labelOf(transition) }];
  }
  return children
    .filter((child) => !answers(child, transition.eventType))
    .flatMap((child) => spread(child, to, transition));
}

/** Whether a state answers an event in any case, so that the states around it do not. */
function answers(state, eventType) {
  const own = state.transitions.get(eventType) ?? [];
  return own.some(({ guard }) => guard === undefined);
}

function isInside(state, outer) {
  for (let at = state.parent; at !== undefined; at = at.parent) if (at === outer) return true;
  return false;
}

function innermost(one, other) {
  let holder = one.parent;
  while (!isInside(other, holder)) holder = holder.parent;
  return holder;
}

function drawNote(state) {
  const acting = transitionsOf(state).filter(({ target }) => target === undefined);
  if (acting.length === 0) return [];
  const [first] = state.initial.target;
  const lines = acting.map(
    (transition) => `  ${labelOf(transition)} / ${namesOf(transition.actions).join(', ')}`,
  );
  return [`note left of ${first.key}`, ...lines, 'end note'];
}

function transitionsOf(state) {
  return [...(state.always ?? []), ...[...state.transitions.values()].flat()];
}

/** What makes a transition: `event [guard]`, `after delay [guard]`, or `[guard]` alone. */
function labelOf({ eventType, delay, guard }) {
  const cause = delay === undefined ? eventType : `after ${delay}`;
  const condition = guard === undefined ? '' : `[${guardName(guard)}]`;
  return [cause, condition].filter(Boolean).join(' ');
}

function guardName(guard) {
  if (typeof guard === 'string') return guard;
  if ('guards' in guard) return [guard.name, ...guard.guards.map(guardName)].join(' ');
  return guard.type;
}

function namesOf(actions) {
  return actions.map((action) => (typeof action === 'string' ? action : action.type));
}
