import { HOLDFAST_EXIT } from '../../exit-codes.ts';
import type { ExitMeaning } from './command.ts';

// What several commands mean by a status.

export const DONE: ExitMeaning = { status: HOLDFAST_EXIT.ok, when: 'done' };
export const NOT_DONE: ExitMeaning = {
  status: HOLDFAST_EXIT.error,
  when: 'it could not be done, and nothing was changed',
};
/** Of commands that change nothing anyway. */
export const NOT_TOLD: ExitMeaning = {
  status: HOLDFAST_EXIT.error,
  when: 'it could not be done: it says why',
};
export const USAGE: ExitMeaning = {
  status: HOLDFAST_EXIT.usage,
  when: 'the command line makes no sense',
};
export const NOT_RUNNING: ExitMeaning = {
  status: HOLDFAST_EXIT.notRunning,
  when: 'no supervisor is running',
};
export const UNREACHABLE: ExitMeaning = {
  status: HOLDFAST_EXIT.unreachable,
  when: 'a supervisor is running, and does not answer: it says why',
};
export const BAD_FILE: ExitMeaning = {
  status: HOLDFAST_EXIT.badFile,
  when: 'the file of tunnels cannot be read, or has errors',
};
/** Of commands that would have changed something. */
export const BAD_FILE_KEPT: ExitMeaning = {
  ...BAD_FILE,
  when: `${BAD_FILE.when}; nothing was changed`,
};
