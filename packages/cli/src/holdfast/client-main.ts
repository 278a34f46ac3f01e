import { runCompletion } from './client/run-completion.ts';
import { runDown } from './client/run-down.ts';
import { runForward } from './client/run-forward.ts';
import { runHelp } from './client/run-help.ts';
import { runReload } from './client/run-reload.ts';
import { runRestart } from './client/run-restart.ts';
import { runStatus } from './client/run-status.ts';
import { runWhy } from './client/run-why.ts';
import type { Bodies } from './body.ts';
import type { ClientCommand } from './groups.ts';
import { runProcess } from './run-holdfast.ts';

/** The commands that need nothing but a connection to the supervisor. */
export const CLIENT_BODIES: Bodies<ClientCommand> = {
  status: runStatus,
  why: runWhy,
  down: runDown,
  restart: runRestart,
  reload: runReload,
  forward: runForward,
  completion: runCompletion,
  help: runHelp,
};

export function main(words: readonly string[], script: string): void {
  void runProcess(CLIENT_BODIES, words, script);
}
