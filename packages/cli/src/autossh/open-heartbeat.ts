import {
  describeHolder,
  heartbeatMessage,
  openMonitor,
  portHolder,
  systemErrorText,
  type HeartbeatDriver,
  type MonitorChoice,
} from '@holdfast/engine';
import { networkTimeoutMs, pollTimes } from '@holdfast/machines';
import type { Plan } from './plan.ts';
import { FatalError, PROGRAM } from './report.ts';
import { openSocketHeartbeat } from './socket-heartbeat.ts';

/** How the ssh of one autossh are asked, and what each of them needs for it. */
export interface Heartbeat {
  readonly driver: HeartbeatDriver;
  /** Asked before each start. */
  readonly needs: () => HeartbeatNeeds | Promise<HeartbeatNeeds>;
  /** Whether ssh is started again when it is silent; if not, autossh ends with an error. */
  readonly restartsWhenSilent: boolean;
  close(): void;
}

/** What one ssh needs for its heartbeat. */
export interface HeartbeatNeeds {
  /** Words for its command line. */
  readonly words: readonly string[];
  /** Whoever hears what it says on stderr. Default: nobody, and its stderr is the caller's own. */
  readonly overhear?: (line: string) => void;
}

/**
 * Opens the heartbeat that was chosen.
 *
 * Throws a {@link FatalError} when its read port is taken (docs/rules.md, HB-8).
 *
 * @param tellWithout - told why ssh goes without a heartbeat.
 */
export async function openHeartbeat(
  plan: Plan,
  tellWithout: (reason: string) => void,
): Promise<Heartbeat> {
  const { env, monitor } = plan;
  const timeoutMs = networkTimeoutMs(pollTimes(env).pollSeconds);
  return monitor.kind === 'auto'
    ? openSocketHeartbeat(plan, { timeoutMs, tellWithout })
    : openPortHeartbeat(plan, monitor, timeoutMs);
}

async function openPortHeartbeat(
  { env }: Plan,
  choice: MonitorChoice,
  timeoutMs: number,
): Promise<Heartbeat> {
  const appendix = env.rules === 'autossh-1.3' ? undefined : env.message;
  try {
    const { driver, forwards, close } = await openMonitor(choice, {
      message: () => heartbeatMessage({ program: PROGRAM, appendix }),
      timeoutMs,
      ...(env.rules === 'classic' ? { firstRefusal: 'impossible' } : { lack: 'missed' }),
    });
    return { driver, needs: () => ({ words: forwards }), restartsWhenSilent: true, close };
  } catch (error) {
    throw new FatalError(portSentence(choice, error));
  }
}

function portSentence(choice: MonitorChoice, error: unknown): string {
  if (choice.kind !== 'loop' || choice.port === 'free')
    return `cannot open the monitor port: ${systemErrorText(error)}`;
  const readPort = choice.port + 1;
  const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
  const holder = taken ? `, by ${describeHolder(portHolder(readPort))}` : '';
  return `bind on 127.0.0.1:${readPort}: ${systemErrorText(error)}${holder}; choose another port with -M, or -M auto`;
}
