import { type FileSettings, type ListenAddress, writeListenAddress } from '@holdfast/config';
import type { Fleet } from '@holdfast/engine';
import { systemErrorText } from '@holdfast/engine/parts';
import { dirname } from 'node:path';
import { loadBundle } from '../bundles/bundle-of.ts';
import type { Monitor, MonitorSettings } from '../monitor/open-monitor.ts';

/** What answers over HTTP for a supervisor, where its tunnels file wants it: nothing of it is loaded before. */
export interface MonitorDoor {
  /** Opens, moves or closes it, as the file has it now. Never rejects. */
  apply(settings: FileSettings): Promise<void>;
  close(): Promise<void>;
}

/** The bundle with the monitor. */
interface MonitorProgram {
  openMonitor(settings: MonitorSettings): Promise<Monitor>;
}

interface MonitorDoorSettings {
  readonly fleet: MonitorSettings['fleet'] & Pick<Fleet, 'tell'>;
  readonly version: string;
  /** The file of this program: the bundle is beside it. */
  readonly script: string;
}

/** Makes the door; it is shut. */
export function createMonitorDoor(
  { fleet, version, script }: MonitorDoorSettings,
  load: () => MonitorProgram = () => loadBundle<MonitorProgram>('monitor', dirname(script)),
): MonitorDoor {
  let open: { readonly address: string; readonly monitor: Monitor } | undefined;
  let last = Promise.resolve();

  const shut = async () => {
    const { monitor } = open ?? {};
    open = undefined;
    await monitor?.close();
  };
  const move = async (wanted: ListenAddress | undefined) => {
    const address = wanted === undefined ? undefined : writeListenAddress(wanted);
    if (address === open?.address) return;
    await shut();
    if (wanted === undefined || address === undefined) return;
    try {
      open = { address, monitor: await load().openMonitor({ fleet, version, address: wanted }) };
      fleet.tell({ type: 'monitor.opened', address });
    } catch (error) {
      fleet.tell({ type: 'monitor.failed', address, problem: systemErrorText(error) });
    }
  };
  return {
    apply({ listen }) {
      last = last.then(() => move(listen?.http));
      return last;
    },
    async close() {
      await last;
      await shut();
    },
  };
}
