export type * from '../api.ts';
export { PROTOCOL } from '../api.ts';
export {
  createControlClient,
  type ControlClient,
  type ControlClientOptions,
} from './control-client.ts';
export type { EventsRequest } from './read-events.ts';
export { ControlError, isControlError, type ControlErrorCode } from './control-error.ts';
