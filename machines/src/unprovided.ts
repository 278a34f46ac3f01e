import { fromCallback, type CallbackActorLogic, type EventObject } from 'xstate';

/**
 * A typed hole: valid logic that fails with its own name when nobody filled it with `provide()`.
 *
 * @internal
 */
export function unprovided<TEvent extends EventObject, TInput>(
  name: string,
): CallbackActorLogic<TEvent, TInput> {
  return fromCallback<TEvent, TInput>(() => {
    throw new Error(`the actor "${name}" was not provided`);
  });
}
