import type { TunnelSpec } from '@holdfast/engine';
import type { DefaultsTable, TunnelTable } from './schema.ts';

/**
 * Fills what a tunnel does not say from `[defaults]`.
 *
 * Lists are joined. The tunnel's options come first: of two values for one option ssh takes the first.
 *
 * @see ssh_config(5): "the first obtained value will be used".
 */
export function completeTunnel(
  name: string,
  table: TunnelTable,
  defaults: DefaultsTable,
): TunnelSpec {
  const rules = table.rules ?? {};
  return {
    name,
    host: table.host,
    forwards: [...table.local, ...table.remote, ...table.socks],
    options: [...table.options, ...defaults.options],
    tags: [...new Set([...table.tags, ...defaults.tags])],
    after: [...new Set(table.after)],
    heartbeat: table.heartbeat ?? defaults.heartbeat,
    pollMs: table.poll ?? defaults.poll,
    checks: table.check,
    rules: {
      gateMs: rules.gate ?? defaults.rules.gate,
      maxStarts: rules.max_starts ?? defaults.rules.max_starts,
      restart: rules.restart ?? defaults.rules.restart,
    },
    enabled: table.enabled ?? defaults.enabled,
  };
}
