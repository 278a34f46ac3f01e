import { readFileSync } from 'node:fs';
import type { AutosshRun } from './autossh-run.ts';

/** Waits for messages that ssh was given to carry. */
export async function waitForHeartbeats(run: AutosshRun, count: number, ofSsh = 1): Promise<void> {
  const ofThisSsh = () => run.events('heartbeat.received').filter(({ number }) => number === ofSsh);
  await run.until(() => ofThisSsh().length >= count, `${count} heartbeats of ssh ${ofSsh}`);
}

/** Waits until the target has called that many heartbeats good. */
export async function waitForGood(run: AutosshRun, count: number): Promise<void> {
  await run.until(
    () => run.log().split('connection ok').length > count,
    `${count} good heartbeats`,
  );
}

/** Local addresses, as the kernel writes them, on which somebody listens at the port. */
export function findListeners(port: number): string[] {
  const hex = port.toString(16).toUpperCase();
  const lines = readFileSync('/proc/net/tcp', 'utf8') + readFileSync('/proc/net/tcp6', 'utf8');
  return [...lines.matchAll(/: ([0-9A-F]+):([0-9A-F]{4}) [0-9A-F:]+ 0A /g)].flatMap(
    ([, address = '', at]) => (at === hex ? [address] : []),
  );
}
