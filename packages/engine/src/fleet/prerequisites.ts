import type { TunnelSpec } from './tunnel-spec.ts';

/** These tunnels and all that they wait for, so that a start does not wait for ever. */
export function withPrerequisites(
  names: readonly string[],
  specOf: (name: string) => Pick<TunnelSpec, 'after'> | undefined,
): readonly string[] {
  const found = new Set<string>();
  const visit = (name: string) => {
    if (found.has(name)) return;
    const spec = specOf(name);
    if (spec === undefined) return;
    found.add(name);
    spec.after.forEach(visit);
  };
  names.forEach(visit);
  return [...found];
}
