import type { ControlServer } from '@holdfast/control';
import type { Fleet } from '@holdfast/engine';

/** What a supervisor does on a signal. */
export interface SignalOrders {
  readonly reload: () => void;
  /** Sees to the places where it can be reached. */
  readonly look: () => void;
}

/** Resolves when the supervisor has to end, with the reason as a sentence; another TERM or INT then hurries its tunnels. */
export function waitForEnd(
  server: ControlServer,
  fleet: Fleet,
  { reload, look }: SignalOrders,
): Promise<string> {
  return new Promise((resolve) => {
    let isEnding = false;
    const onStop = (signal: NodeJS.Signals) => {
      if (isEnding) void fleet.stop(fleet.status().tunnels.map(({ name }) => name));
      isEnding = true;
      resolve(`it got ${signal}`);
    };
    process.on('SIGTERM', onStop).on('SIGINT', onStop).on('SIGHUP', reload);
    // A command that finds no socket of a supervisor that runs sends CONT, which harms no process.
    process.on('SIGHUP', look).on('SIGCONT', look);
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
