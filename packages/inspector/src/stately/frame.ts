import type { AnyEventObject, Snapshot } from 'xstate';

// The messages of `@statelyai/inspect` 0.7, as they travel: plain data that survives JSON.

/** The version of `@statelyai/inspect` whose messages these are. */
export const STATELY_VERSION = '0.7.2';

/** What every frame says. */
interface FrameOrigin {
  /** Of the actor that the frame is about, such as `x:0`. */
  readonly sessionId: string;
  /** Session of the root of its actor system. */
  readonly rootId: string;
  /** Milliseconds since 1970, as text. */
  readonly createdAt: string;
  /** Always `null`, although the types of `@statelyai/inspect` promise a string: its producer sends that too. */
  readonly id: null;
  readonly _version: string;
}

/** There is an actor, and this is its state. */
export interface StatelyActorFrame extends FrameOrigin {
  readonly type: '@xstate.actor';
  readonly name: string;
  readonly parentId: string | undefined;
  /** The raw config of its machine as JSON, or `{"id":NAME}` of any other actor. */
  readonly definition: string;
  readonly snapshot: Snapshot<unknown>;
}

/** An actor was sent an event. */
export interface StatelyEventFrame extends FrameOrigin {
  readonly type: '@xstate.event';
  /** Session of the sender; `undefined` if it was no actor. */
  readonly sourceId: string | undefined;
  readonly event: AnyEventObject;
}

/** An actor has handled an event, and this is its state. */
export interface StatelySnapshotFrame extends FrameOrigin {
  readonly type: '@xstate.snapshot';
  readonly event: AnyEventObject;
  readonly snapshot: Snapshot<unknown>;
}

/** One message to Stately's inspector. */
export type StatelyFrame = StatelyActorFrame | StatelyEventFrame | StatelySnapshotFrame;
