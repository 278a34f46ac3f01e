import type { FleetStatus } from '@holdfast/engine';
import { HOLDFAST_EXIT, type HoldfastExit } from '../../exit-codes.ts';
import type { ContextOf } from '../body.ts';
import { expectedTunnels, isHealthy } from '../status/health.ts';
import { formatStatusTable } from '../status/status-table.ts';
import { sayJson } from '../terminal/say.ts';
import { askSupervisor, selectionOf } from './supervisor.ts';
import { watchStatus } from './watch-status.ts';

export async function runStatus(context: ContextOf<'status'>): Promise<HoldfastExit> {
  const { values, operands, terminal } = context;
  if (values.watch === true) return await watchStatus(context);
  const status = await askSupervisor(context, (client) => client.status(selectionOf(operands)));
  if (values.json === true) sayJson(terminal, status);
  else terminal.out(`${formatStatusTable(status, tableLook(context)).join('\n')}\n`);
  return healthExit(status, operands.length > 0);
}

function tableLook({ terminal }: ContextOf<'status'>) {
  return { columns: terminal.columns(), paint: terminal.paint };
}

function healthExit({ tunnels }: FleetStatus, isEachNamed: boolean): HoldfastExit {
  const isFine = expectedTunnels(tunnels, isEachNamed).every(isHealthy);
  return isFine ? HOLDFAST_EXIT.ok : HOLDFAST_EXIT.unhealthy;
}
