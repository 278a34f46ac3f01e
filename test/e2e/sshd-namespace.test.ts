import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { findFreePorts } from './support/free-ports.ts';
import { openReadPort } from './support/read-port.ts';
import { endAllSsh, startSsh } from './support/real-ssh.ts';
import {
  ECHO_PORT,
  type NamespaceSshd,
  sshdAvailable,
  startSshdInNamespace,
} from './support/sshd-namespace.ts';
import { converse, endAllConversations } from './support/tcp-conversation.ts';

const PATIENT = { timeout: 90_000, interval: 25 };
const A_WHILE_MS = 400;

const missing = sshdAvailable();

describe.skipIf(missing !== undefined)(
  `OpenSSH's server in a network namespace${missing === undefined ? '' : ` (${missing})`}`,
  () => {
    let sshd: NamespaceSshd;

    beforeAll(async () => {
      sshd = await startSshdInNamespace();
    });

    afterAll(() => sshd.close());

    afterEach(async () => {
      endAllConversations();
      await endAllSsh();
    });

    const sshWith = (...words: readonly string[]) =>
      startSsh([...sshd.clientArguments(), '-N', ...words, sshd.destination]);

    async function forwardToEcho() {
      const port = await findFreePorts(1);
      const ssh = sshWith('-L', `${port}:127.0.0.1:${ECHO_PORT}`);
      const conversation = await converse(port);
      conversation.write('before');
      await expect.poll(() => conversation.received, PATIENT).toBe('before');
      return { ssh, conversation };
    }

    test('carries bytes over a forward', async () => {
      const { conversation } = await forwardToEcho();
      conversation.end();
      await expect.poll(() => conversation.isClosed, PATIENT).toBe(true);
      expect(conversation.received).toBe('before');
    });

    test('carries a line round the loop of autossh', async () => {
      const port = await findFreePorts(2);
      const readPort = await openReadPort(port + 1);
      const back = `${port}:127.0.0.1:${port + 1}`;
      const ssh = sshWith('-v', '-L', `${port}:127.0.0.1:${port}`, '-R', back);
      await expect.poll(() => ssh.stderr, PATIENT).toContain('remote forward success');
      const conversation = await converse(port);
      conversation.write('around\r\n');
      await expect.poll(() => readPort.received, PATIENT).toBe('around\r\n');
      await readPort.close();
    });

    test('drops its sessions and serves the next ones', async () => {
      const { ssh } = await forwardToEcho();
      sshd.dropSessions();
      expect((await ssh.ended).code).toBe(255);
      await forwardToEcho();
    });

    test('carries nothing while it is frozen', async () => {
      const { conversation } = await forwardToEcho();
      sshd.freeze();
      conversation.write(' and after');
      await sleep(A_WHILE_MS);
      expect(conversation.received).toBe('before');
      sshd.thaw();
      await expect.poll(() => conversation.received, PATIENT).toBe('before and after');
    });

    test('refuses between stop and start', async () => {
      const { ssh } = await forwardToEcho();
      await sshd.stop();
      expect((await ssh.ended).code).toBe(255);
      const refused = sshWith();
      expect((await refused.ended).code).toBe(255);
      expect(refused.stderr).toContain('Connection refused');
      await sshd.start();
      await forwardToEcho();
    });
  },
);
