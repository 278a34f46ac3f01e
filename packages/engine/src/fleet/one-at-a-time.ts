/** Calls of this function wait for one another, in their order; one that fails does not keep up the next. */
export function oneAtATime<TInput, TResult>(
  act: (input: TInput) => Promise<TResult>,
): (input: TInput) => Promise<TResult> {
  let last: Promise<unknown> = Promise.resolve();
  return (input) => {
    const result = last.then(() => act(input));
    last = result.catch(() => undefined);
    return result;
  };
}
