import {
  tunnelMachine,
  type ChildCommand,
  type ChildInput,
  type HeartbeatCommand,
} from '@holdfast/machines';
import { fromCallback } from 'xstate';

/** The tunnel machine, whose ssh and heartbeat do nothing. */
export const inertTunnel = tunnelMachine.provide({
  actors: {
    sshChild: fromCallback<ChildCommand, ChildInput>(() => {}),
    heartbeat: fromCallback<HeartbeatCommand, ChildInput>(() => {}),
  },
});
