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
