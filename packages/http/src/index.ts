export { beginEvents, ALIVE_FRAME, eventFrame, writeFrame } from './event-stream.ts';
export {
  closeServer,
  createBoundedServer,
  type BoundedServerOptions,
  type ServerLimits,
} from './bounded-server.ts';
export { parseJson, readBody, readTarget, type Target } from './request.ts';
export { errorBody, isRequestError, RequestError } from './request-error.ts';
export { sendBytes, sendJson } from './answer.ts';
