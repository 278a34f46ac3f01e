import { LOG_LEVELS, type LogRecord } from '@holdfast/engine';
import { NETWORK_TIMEOUT_MS, pollTimes } from '@holdfast/machines';
import type { Plan } from './plan.ts';

/** What the log says about the settings before the first start, in autossh's words. */
export function settingLines({ env, monitor }: Plan): LogRecord[] {
  const { pollSeconds, firstPollSeconds, networkTimeoutMs } = pollTimes(env);
  const lines = [
    monitor.kind === 'none' && 'port set to 0, monitoring disabled',
    pollSeconds < env.pollSeconds &&
      `poll time is greater than lifetime, dropping poll time to ${pollSeconds}`,
    firstPollSeconds < env.firstPollSeconds &&
      `first poll time is greater than lifetime, dropping first poll time to ${firstPollSeconds}`,
    networkTimeoutMs < NETWORK_TIMEOUT_MS &&
      `short poll time: adjusting net timeouts to ${networkTimeoutMs}`,
  ];
  return lines.filter((text) => text !== false).map((text) => ({ level: LOG_LEVELS.info, text }));
}
