import type { AnyActorRef } from 'xstate';

function childrenOf(actor: AnyActorRef): readonly AnyActorRef[] {
  const snapshot = actor.getSnapshot() as
    { readonly children?: Readonly<Record<string, AnyActorRef | undefined>> } | undefined;
  return Object.values(snapshot?.children ?? {}).filter((child) => child !== undefined);
}

function ancestorsOf(actor: AnyActorRef): readonly AnyActorRef[] {
  const parent = actor._parent;
  return parent === undefined ? [] : [...ancestorsOf(parent), parent];
}

function* descendantsOf(actor: AnyActorRef): Generator<AnyActorRef> {
  for (const child of childrenOf(actor)) {
    yield child;
    yield* descendantsOf(child);
  }
}

/** Actors with all that they live in and all that lives in them: each once, parents first. */
export function familyOf(actors: Iterable<AnyActorRef>): ReadonlySet<AnyActorRef> {
  const family = new Set<AnyActorRef>();
  for (const actor of actors) {
    for (const member of [...ancestorsOf(actor), actor, ...descendantsOf(actor)]) {
      family.add(member);
    }
  }
  return family;
}

/** Session of the root of an actor's system. */
export function rootIdOf(actor: AnyActorRef): string {
  return (ancestorsOf(actor)[0] ?? actor).sessionId;
}
