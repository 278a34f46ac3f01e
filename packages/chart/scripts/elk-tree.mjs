import { cutArrow } from './elk-pieces.mjs';
import { DIRECTIONS, GROUPS, SIDES } from './tunnel-plan.mjs';

/**
 * The states and groups of a chart, each in its container, and all arrows cut where they cross the edge of one.
 *
 * @param {import('../src/lay-out/sized-chart.ts').SizedChart} sized
 */
export function elkTree(sized) {
  const states = new Map(sized.states.map((state) => [state.path, state]));
  const parents = parentsOf(sized);
  checkPlan(sized, parents);
  const shape = { states, parents, direction: (id) => DIRECTIONS[id] ?? 'DOWN' };
  const arrows = sized.arrows.map((arrow, index) => cutArrow(arrow, index, shape));
  return {
    ...shape,
    arrows,
    members: (id) => [...parents.keys()].filter((member) => parents.get(member) === id),
    pieces: inOrderOfTargets(arrows, sized),
  };
}

/** A plan for what is not there would be kept for ever. */
function checkPlan({ states, arrows }, parents) {
  const paths = states.map(({ path }) => path);
  const names = arrows.map(({ source, target }) => `${source} -> ${target}`);
  const strange = [
    ...[...parents.keys()].filter((id) => !paths.includes(id) && !id.startsWith(':')),
    ...Object.keys(SIDES).filter((name) => !names.includes(name)),
  ];
  if (strange.length > 0)
    throw new Error(`the machine has no ${strange.join(', ')}: take it out of tunnel-plan.mjs`);
}

/** What each state and each group stands in, in the order in which they stand there. */
function parentsOf({ states }) {
  const planned = Object.entries(GROUPS).flatMap(([container, members]) =>
    members.map((member) => [member, container]),
  );
  const named = new Set(planned.map(([member]) => member));
  const others = states.filter(({ path }) => !named.has(path));
  return new Map([...planned, ...others.map(({ path, parent }) => [path, parent])]);
}

/** elkjs tends to keep the order in which it is given lines: those to the first state come first. */
function inOrderOfTargets(arrows, sized) {
  const order = sized.states.map(({ path }) => path);
  const place = ({ arrow }) => order.indexOf(sized.arrows[arrow].target);
  return arrows.flat().toSorted((one, other) => place(one) - place(other));
}
