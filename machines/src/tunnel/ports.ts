import type { CallbackActorLogic } from 'xstate';
import { unprovided } from '../unprovided.ts';
import type { ChildCommand, ChildInput, HeartbeatCommand } from './types.ts';

/**
 * What fills the hole `sshChild`, made with XState's `fromCallback`: it runs one ssh.
 *
 * @example
 * const sshChild: SshChildLogic = fromCallback(({ input, sendBack, receive }) => { … });
 */
export type SshChildLogic = CallbackActorLogic<ChildCommand, ChildInput>;

/** What fills the hole `heartbeat`, made with XState's `fromCallback`: it sends probes. */
export type HeartbeatLogic = CallbackActorLogic<HeartbeatCommand, ChildInput>;

/**
 * The hole for the actor that runs one ssh.
 *
 * It is started once for each start. It must send `child.spawned` and later exactly one `child.exited`, or
 * else one `child.unrunnable`; it obeys `child.signal`. When it is stopped, ssh must be gone or abandoned.
 *
 * With the setting `challenges` it has a second slot, runs a challenger there when it is told to, and names the slot in each event.
 */
export const sshChild = unprovided<ChildCommand, ChildInput>('sshChild');

/**
 * The hole for the actor that sends probes.
 *
 * It lives as long as one ssh. It answers each `heartbeat.probe` with exactly one `heartbeat.answered`,
 * `heartbeat.missed` or `heartbeat.impossible`, within bounded time. The machine owns when and how often.
 */
export const heartbeat = unprovided<HeartbeatCommand, ChildInput>('heartbeat');
