import { expect } from 'vitest';
import { PATIENT } from './embedded-scene.ts';
import { converse } from './tcp-conversation.ts';

/** How long the first connection may take, each next one twice as long: a connection made while ssh dies is never answered. */
const FIRST_TRY_MS = 1000;
const LONGEST_TRY_MS = 16_000;

/** Waits until an echo service answers at a port of 127.0.0.1, over a new connection each time. */
export async function expectBytes(port: number): Promise<void> {
  let timeout = FIRST_TRY_MS / 2;
  const tryOnce = () => {
    timeout = Math.min(timeout * 2, LONGEST_TRY_MS);
    return bytesComeBack(port, timeout);
  };
  await expect.poll(tryOnce, PATIENT).toBe(true);
}

async function bytesComeBack(port: number, timeout: number): Promise<boolean> {
  const conversation = await converse(port);
  conversation.write('there and back');
  try {
    await expect.poll(() => conversation.received, { ...PATIENT, timeout }).toBe('there and back');
    return true;
  } catch {
    return false;
  } finally {
    conversation.end();
  }
}
