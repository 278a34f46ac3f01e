// The state machine by itself: no ssh, no network, no waiting. Time moves when you say so.
//
//     node 001-drive-the-machine.mjs
import { createVirtualClock, tunnelMachine, tunnelState } from '@holdfast/machines';
import { createActor, fromCallback } from 'xstate';

const clock = createVirtualClock();

/** @type {import('@holdfast/machines').SshChildLogic} */
const sshChild = fromCallback(({ sendBack }) => {
  sendBack({ type: 'child.spawned', pid: 4711, atMs: clock.now() });
});

/** @type {import('@holdfast/machines').HeartbeatLogic} */
const heartbeat = fromCallback(({ sendBack, receive }) => {
  receive(() => sendBack({ type: 'heartbeat.answered', atMs: clock.now() }));
});

const machine = tunnelMachine.provide({ actors: { sshChild, heartbeat } });
const input = { gateSeconds: 30, hasHeartbeat: true, firstPollSeconds: 45 };
const tunnel = createActor(machine, { clock, input });
tunnel.on('*', ({ type }) => console.log(`${clock.now() / 1000} s: ${type}`));
tunnel.start();

clock.advance(60_000);
console.log(tunnelState(tunnel.getSnapshot()));
tunnel.send({ type: 'child.exited', status: 255, signal: null, atMs: clock.now() });
tunnel.send({ type: 'child.exited', status: 0, signal: null, atMs: clock.now() });
console.log(tunnel.getSnapshot().output?.sentence);
