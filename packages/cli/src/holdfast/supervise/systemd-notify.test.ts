import { describe, expect, test } from 'vitest';
import { createNotifier, takeNotifySocket } from './systemd-notify.ts';

describe('what systemd says in the environment', () => {
  const SOCKET = '/run/user/0/systemd/notify';

  test.each<[object, ReturnType<typeof takeNotifySocket>]>([
    [{}, undefined],
    [{ NOTIFY_SOCKET: '' }, undefined],
    [{ NOTIFY_SOCKET: SOCKET }, { socket: SOCKET, watchdogMs: undefined }],
    [
      { NOTIFY_SOCKET: SOCKET, WATCHDOG_USEC: '30000000', WATCHDOG_PID: '7' },
      { socket: SOCKET, watchdogMs: 30_000 },
    ],
    [
      { NOTIFY_SOCKET: SOCKET, WATCHDOG_USEC: '30000000' },
      { socket: SOCKET, watchdogMs: 30_000 },
    ],
    // It is another process that is watched.
    [
      { NOTIFY_SOCKET: SOCKET, WATCHDOG_USEC: '30000000', WATCHDOG_PID: '8' },
      { socket: SOCKET, watchdogMs: undefined },
    ],
    [
      { NOTIFY_SOCKET: SOCKET, WATCHDOG_USEC: 'soon' },
      { socket: SOCKET, watchdogMs: undefined },
    ],
  ])('%j is %j, and no child sees it', (told, taken) => {
    const env: Record<string, string | undefined> = { PATH: '/bin', ...told };
    expect(takeNotifySocket(env, 7)).toEqual(taken);
    expect(env).toEqual({ PATH: '/bin' });
  });
});

describe('a notifier', () => {
  /** One whose messages take until they are let through. */
  function stage() {
    const sent: string[] = [];
    const waiting: (() => void)[] = [];
    const notifier = createNotifier((assignments) => {
      sent.push(assignments.join(' '));
      return new Promise<void>((resolve) => waiting.push(resolve));
    });
    const letThrough = async () => {
      waiting.shift()?.();
      await new Promise(setImmediate);
    };
    return { notifier, sent, letThrough };
  }

  test('sends one message after the other, and of status lines only the last', async () => {
    const { notifier, sent, letThrough } = stage();
    notifier.tell('READY=1');
    notifier.tellStatus('0 of 1 healthy');
    notifier.tellStatus('1 of 1 healthy');
    notifier.tell('WATCHDOG=1');
    expect(sent).toEqual(['READY=1']);
    await letThrough();
    await letThrough();
    await notifier.flush();
    expect(sent).toEqual(['READY=1', 'WATCHDOG=1 STATUS=1 of 1 healthy']);
  });

  test('says nothing twice', async () => {
    const { notifier, sent, letThrough } = stage();
    notifier.tellStatus('1 of 1 healthy');
    await letThrough();
    notifier.tellStatus('1 of 1 healthy');
    await notifier.flush();
    expect(sent).toEqual(['STATUS=1 of 1 healthy']);
  });
});
