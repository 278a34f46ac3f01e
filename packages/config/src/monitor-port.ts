import { SettingError } from './setting-error.ts';
import { parseWholeNumber } from './whole-number.ts';

/** What -M or AUTOSSH_PORT chose: no heartbeat, autossh's loop, an echo service, or a loop on free ports. */
export type MonitorPort =
  | { readonly kind: 'none' }
  | { readonly kind: 'loop'; readonly port: number }
  | { readonly kind: 'echo'; readonly port: number; readonly echoPort: number }
  | { readonly kind: 'auto' };

/** The read port is one higher, and has to be a port as well. */
const HIGHEST_MONITOR_PORT = 65_534;
const HIGHEST_PORT = 65_535;

/**
 * Reads a monitor port: `20000`, `20000:7`, `0` or `auto`.
 *
 * Throws a {@link SettingError} for anything else.
 *
 * @param setting - where the text comes from: `-M` or `AUTOSSH_PORT`.
 * @see docs/rules.md, OPT-10 and OPT-11.
 */
export function parseMonitorPort(text: string, setting: string): MonitorPort {
  if (text === 'auto') return { kind: 'auto' };
  const colon = text.indexOf(':');
  if (colon === -1) {
    const port = monitorPort(text, setting);
    return port === 0 ? { kind: 'none' } : { kind: 'loop', port };
  }
  const echoPort = echoServicePort(text.slice(colon + 1), setting);
  const port = monitorPort(text.slice(0, colon), setting);
  return port === 0 ? { kind: 'none' } : { kind: 'echo', port, echoPort };
}

function monitorPort(text: string, setting: string): number {
  const port = parseWholeNumber(text);
  if (port !== undefined && port >= 0 && port <= HIGHEST_MONITOR_PORT) return port;
  throw new SettingError(
    'invalid',
    setting,
    `invalid port "${text}": ${setting} takes a port from 1 to ${HIGHEST_MONITOR_PORT}, 0 for no monitoring, or auto`,
  );
}

function echoServicePort(text: string, setting: string): number {
  const port = parseWholeNumber(text);
  if (port !== undefined && port >= 1 && port <= HIGHEST_PORT) return port;
  throw new SettingError(
    'invalid',
    setting,
    `invalid echo port "${text}": behind the colon ${setting} takes the port of an echo service, 1 to ${HIGHEST_PORT} (normally 7)`,
  );
}
