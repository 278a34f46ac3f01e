import fc from 'fast-check';
import { createMachine, type AnyStateMachine } from 'xstate';

type Config = Record<string, unknown>;

/** What a random machine is made from: a tree of kinds, and arrows between any two of its states. */
interface Plan {
  readonly tree: Tree;
  readonly arrows: readonly Arrow[];
}

interface Tree {
  readonly kind: 'compound' | 'parallel' | 'final' | 'atomic';
  readonly description: string | null;
  readonly children: readonly Tree[];
}

interface Arrow {
  readonly source: number;
  readonly target: number;
  readonly event: string;
  readonly guard: string | null;
  readonly actions: readonly string[];
  readonly isDelayed: boolean;
  readonly reenter: boolean;
}

const name = fc.oneof(
  fc.constantFrom('go', 'door.opened', 'after', 'a <b> & "c"', '--', ']]>', 'a\u0000b'),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter((text) => text !== '*'),
);

const tree: fc.Arbitrary<Tree> = fc.letrec<{ tree: Tree; leaf: Tree }>((tie) => ({
  leaf: fc.record({
    kind: fc.constantFrom('atomic', 'atomic', 'final'),
    description: fc.option(name),
    children: fc.constant([]),
  }),
  tree: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    tie('leaf'),
    fc.record({
      kind: fc.constantFrom('compound', 'compound', 'parallel'),
      description: fc.option(name),
      children: fc.array(tie('tree'), { minLength: 1, maxLength: 4 }),
    }),
  ),
})).tree;

const arrow = fc.record({
  source: fc.nat(),
  target: fc.nat(),
  event: name,
  guard: fc.option(name),
  actions: fc.array(name, { maxLength: 3 }),
  isDelayed: fc.boolean(),
  reenter: fc.boolean(),
});

/** Small machines of every shape: states in states, regions, arrows from anywhere to anywhere, hostile names. */
export const randomMachine: fc.Arbitrary<AnyStateMachine> = fc
  .record<Plan>({ tree, arrows: fc.array(arrow, { maxLength: 12 }) })
  .map(build);

function build({ tree: top, arrows }: Plan): AnyStateMachine {
  const states: Config[] = [];
  const root = stateOf({ ...top, kind: top.children.length === 0 ? 'atomic' : top.kind }, states);
  for (const each of arrows) addArrow(each, states);
  return createMachine(root);
}

/** Each state is called by its number. */
function stateOf({ kind, description, children }: Tree, states: Config[]): Config {
  const config: Config = { id: `n${states.length}`, entry: ['begin'], exit: ['end'] };
  states.push(config);
  if (description !== null) config.description = description;
  if (kind === 'final' || kind === 'parallel') config.type = kind;
  if (children.length === 0) return config;
  const inner = children.map((child) => stateOf(child, states));
  config.states = Object.fromEntries(inner.map((child) => [`s${String(child.id)}`, child]));
  if (kind === 'compound') config.initial = `s${String(inner[0]!.id)}`;
  return config;
}

function addArrow(plan: Arrow, states: readonly Config[]): void {
  const source = states[plan.source % states.length]!;
  if (source.type === 'final') return;
  const { guard, actions, reenter, event } = plan;
  const target = `#n${plan.target % states.length}`;
  const transition = { target, actions, reenter, ...(guard === null ? {} : { guard }) };
  const place = plan.isDelayed ? 'after' : 'on';
  const all = (source[place] ?? {}) as Record<string, unknown[]>;
  const same = Object.hasOwn(all, event) ? all[event]! : [];
  source[place] = { ...all, [event]: [...same, transition] };
}
