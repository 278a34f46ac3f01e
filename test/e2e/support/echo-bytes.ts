import { expect } from 'vitest';
import { PATIENT } from './embedded-scene.ts';
import { converse } from './tcp-conversation.ts';

/** How long one connection may take: a connection made while ssh dies is never answered. */
const ONE_TRY = { timeout: 1000, interval: 25 };

/** Waits until an echo service answers at a port of 127.0.0.1, over a new connection each time. */
export async function expectBytes(port: number): Promise<void> {
  await expect.poll(() => bytesComeBack(port), PATIENT).toBe(true);
}

async function bytesComeBack(port: number): Promise<boolean> {
  const conversation = await converse(port);
  conversation.write('there and back');
  try {
    await expect.poll(() => conversation.received, ONE_TRY).toBe('there and back');
    return true;
  } catch {
    return false;
  } finally {
    conversation.end();
  }
}
