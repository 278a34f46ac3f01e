export { readAutosshEnvironment, type AutosshEnvironment } from './autossh-environment.ts';
export { parseMonitorPort, type MonitorPort } from './monitor-port.ts';
export { isSettingError, SettingError } from './setting-error.ts';
export { parseWholeNumber } from './whole-number.ts';
