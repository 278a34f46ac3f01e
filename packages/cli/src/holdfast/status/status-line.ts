import type { FleetStatus, TunnelStatus } from '@holdfast/engine';
import { listNames } from '@holdfast/text';
import { expectedTunnels, isHealthy, stateCell } from './health.ts';

/** So many tunnels are named: it is one line. */
const NAMED = 3;

/** All tunnels that are meant to be up in one line: `11 of 12 healthy; rev-29: unreachable`. */
export function statusLine({ tunnels }: Pick<FleetStatus, 'tunnels'>): string {
  const expected = expectedTunnels(tunnels, false);
  const others = expected.filter((tunnel) => !isHealthy(tunnel));
  const sum = `${expected.length - others.length} of ${expected.length} healthy`;
  if (others.length === 0) return sum;
  return `${sum}; ${listNames(
    others.map((tunnel) => `${tunnel.name}: ${whatIsWrong(tunnel)}`),
    NAMED,
  )}`;
}

const WITHOUT_CONNECTION: ReadonlySet<TunnelStatus['state']> = new Set([
  'backoff',
  'gating',
  'connecting',
  'failed',
]);

/** The class of its failure as long as that is why it is down, else its state. */
function whatIsWrong(tunnel: TunnelStatus): string {
  const { state, failure } = tunnel;
  if (failure !== null && WITHOUT_CONNECTION.has(state)) return failure.class;
  return stateCell(tunnel).text.replace('!', '');
}
