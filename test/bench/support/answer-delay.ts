import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const PAUSE_MS = 5;

/**
 * Asks a supervisor who it is, again and again for a while, and returns how long each answer took, in milliseconds.
 *
 * An answer comes when the supervisor's loop turns, so the longest tells how long that was blocked.
 */
export async function measureAnswerDelays(socketPath: string, forMs: number): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const delays: number[] = [];
  const endAtMs = performance.now() + forMs;
  try {
    while (performance.now() < endAtMs) {
      const fromMs = performance.now();
      await ask(socketPath, agent);
      delays.push(performance.now() - fromMs);
      await sleep(PAUSE_MS);
    }
    return delays;
  } finally {
    agent.destroy();
  }
}

async function ask(socketPath: string, agent: Agent): Promise<void> {
  const headers = { 'holdfast-protocol': '1' };
  const asking = request({ socketPath, path: '/v1/hello', agent, headers }).end();
  const [answer] = (await once(asking, 'response')) as [IncomingMessage];
  answer.resume();
  await once(answer, 'end');
}
