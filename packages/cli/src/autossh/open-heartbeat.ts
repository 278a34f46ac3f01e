import {
  describeHolder,
  heartbeatMessage,
  openMonitor,
  portHolder,
  systemErrorText,
  type Monitor,
} from '@holdfast/engine';
import { networkTimeoutMs } from '@holdfast/machines';
import type { Plan } from './plan.ts';
import { FatalError, PROGRAM } from './report.ts';

/**
 * Opens the heartbeat that was chosen.
 *
 * Throws a {@link FatalError} when its read port is taken (docs/rules.md, HB-8).
 */
export async function openHeartbeat(plan: Plan, pollSeconds: number): Promise<Monitor> {
  const { env, monitor } = plan;
  const appendix = env.rules === 'autossh-1.3' ? undefined : env.message;
  try {
    return await openMonitor(monitor, {
      message: () => heartbeatMessage({ program: PROGRAM, appendix }),
      timeoutMs: networkTimeoutMs(pollSeconds),
    });
  } catch (error) {
    throw new FatalError(portSentence(plan, error));
  }
}

function portSentence({ monitor }: Plan, error: unknown): string {
  if (monitor.kind !== 'loop') return `cannot open the monitor port: ${systemErrorText(error)}`;
  const readPort = monitor.port + 1;
  const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
  const holder = taken ? `, by ${describeHolder(portHolder(readPort))}` : '';
  return `bind on 127.0.0.1:${readPort}: ${systemErrorText(error)}${holder}; choose another port with -M, or -M auto`;
}
