import { tunnelMachine } from '@holdfast/machines';
import { HOLDFAST_EXIT } from '../../exit-codes.ts';
import type { ContextOf } from '../body.ts';

export function runChart({ terminal }: ContextOf<'chart'>): number {
  terminal.out(`${JSON.stringify(tunnelMachine.config, null, 2)}\n`);
  return HOLDFAST_EXIT.ok;
}
