import { chartOf, tunnelLayout } from '@holdfast/chart';
import { tunnelMachine } from '@holdfast/machines';
import type { AnyStateMachine } from 'xstate';
import type { DrawnChart } from '../api.ts';

/** The charts of the machines that were seen. */
export interface ActorCharts {
  /** The id of a machine's chart: the machine's own, or another if that is taken. */
  idOf(machine: AnyStateMachine): string;
  /** `undefined`: there is none of that id. */
  drawn(id: string): Promise<DrawnChart> | undefined;
}

/** Draws a chart when somebody asks for it, and once: machines with one config share it, whatever fills their holes. */
export function createActorCharts(): ActorCharts {
  const ids = new Map<object, string>();
  const machines = new Map<string, AnyStateMachine>();
  const charts = new Map<string, Promise<DrawnChart>>();
  const freeId = (id: string, more = 2): string => {
    if (!machines.has(id)) return id;
    return machines.has(`${id} ${more}`) ? freeId(id, more + 1) : `${id} ${more}`;
  };
  return {
    idOf(machine) {
      const id = ids.get(machine.config) ?? freeId(machine.id);
      ids.set(machine.config, id);
      if (!machines.has(id)) machines.set(id, machine);
      return id;
    },
    drawn(id) {
      const machine = machines.get(id);
      if (machine === undefined) return undefined;
      const drawn = charts.get(id) ?? draw(machine);
      charts.set(id, drawn);
      return drawn;
    },
  };
}

async function draw(machine: AnyStateMachine): Promise<DrawnChart> {
  const chart = chartOf(machine);
  // That of the tunnel was laid out with more care than can be taken at run time.
  if (machine.config === tunnelMachine.config) return { chart, layout: tunnelLayout };
  const { layOut } = await import('@holdfast/chart/lay-out');
  return { chart, layout: layOut(chart) };
}
