import type { ControlServer } from '@holdfast/control';
import type { Fleet } from '@holdfast/engine';

/** What a supervisor does on a signal. */
export interface SignalOrders {
  readonly reload: () => void;
}

/** Resolves when the supervisor has to end, with the reason as a sentence; another TERM or INT then hurries its tunnels. */
export function waitForEnd(
  server: ControlServer,
  fleet: Fleet,
  { reload }: SignalOrders,
): Promise<string> {
  return new Promise((resolve) => {
    let isEnding = false;
    const onStop = (signal: NodeJS.Signals) => {
      if (isEnding) void fleet.stop(fleet.status().tunnels.map(({ name }) => name));
      isEnding = true;
      resolve(`it got ${signal}`);
    };
    process.on('SIGTERM', onStop).on('SIGINT', onStop).on('SIGHUP', reload);
    // As autossh takes it: every ssh is started anew.
    process.on('SIGUSR1', () => fleet.restart(wantedNames(fleet)));
    void server.ended.then(() => resolve('it was told to end'));
  });
}

function wantedNames(fleet: Fleet): readonly string[] {
  const isWanted = (state: string) => state !== 'stopped' && state !== 'failed';
  return fleet
    .status()
    .tunnels.filter(({ state }) => isWanted(state))
    .map(({ name }) => name);
}
