export * from './api.ts';

// The supervisor's side.
export {
  createControlServer,
  type ControlServer,
  type ControlServerOptions,
} from './server/control-server.ts';
export type { TakeAgent } from './server/app.ts';
export type { OpenInspector } from './server/routes.ts';
export type { ControlLimits } from './server/control-limits.ts';
export type { LoadConfig, LoadedConfig } from './server/running-config.ts';
export { isSocketError, SocketError, type SocketErrorCode } from './server/listen-on.ts';
export { ensurePrivateFolder } from './server/listen-on.ts';

// One supervisor a socket.
export { takeLock, type Lock, type TakenLock } from './lock/take-lock.ts';
