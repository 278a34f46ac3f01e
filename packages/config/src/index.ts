export { readAutosshEnvironment, type AutosshEnvironment } from './autossh-environment.ts';
export { parseMonitorPort, type MonitorPort } from './monitor-port.ts';
export { isSettingError, SettingError, type SettingErrorCode } from './setting-error.ts';
export { parseWholeNumber } from './whole-number.ts';

// The tunnels file: text in, tunnels or located errors out.
export { loadTunnels, type LoadedTunnels, type TunnelsSource } from './tunnels/load-tunnels.ts';
export {
  errorSentence,
  type LocatedError,
  type LocatedErrorCode,
} from './tunnels/located-error.ts';
export { renderError, renderErrors } from './tunnels/located-error.ts';
export { writeTunnels } from './tunnels/write-tunnels.ts';
export { changedSettings, writeSettings } from './tunnels/write-settings.ts';
export type { FileSettings } from './tunnels/schema/keys.ts';
export {
  isLoopback,
  type ListenAddress,
  type ListenSettings,
  writeListenAddress,
} from './tunnels/schema/listen.ts';
export { getHoldfastPaths, type HoldfastPaths } from './paths.ts';
export { parseDuration } from './tunnels/schema/duration.ts';
export { tunnelsJsonSchema, type JsonSchema } from './tunnels/schema/json-schema.ts';
export { renderConfigPage } from './tunnels/schema/config-page.ts';

// Other files and command lines: what kept tunnels up so far.
export {
  importTunnels,
  type ImportedTunnels,
  type ImportSource,
  type ImportSurroundings,
} from './import/import-tunnels.ts';
export type { ExistingTunnel } from './import/settle-tunnels.ts';
export {
  parseSshArguments,
  type ArgumentFault,
  type SshArguments,
} from './import/commands/ssh-arguments.ts';
export { isChosen, meet, placeKey } from './tunnels/listen-places.ts';
