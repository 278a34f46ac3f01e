import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import ssh2, { type ClientChannel } from 'ssh2';
import { afterEach, expect, test } from 'vitest';
import { startEmbeddedServer } from './embedded-server.ts';

const endings: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

// OpenSSH's client tells a size only from a terminal of its own; this one tells what it likes.
async function openShell(size: { rows: number; cols: number }): Promise<ClientChannel> {
  const server = await startEmbeddedServer();
  endings.push(() => server.close());
  const client = new ssh2.Client();
  endings.push(() => client.end());
  const words = server.clientArguments();
  const privateKey = readFileSync(words[words.indexOf('-i') + 1] ?? '');
  client.connect({ host: server.host, port: server.port, username: 'anyone', privateKey });
  await once(client, 'ready');
  client.on('error', () => undefined);
  return new Promise((resolve, reject) => {
    client.shell(size, (error, channel) => (error ? reject(error) : resolve(channel)));
  });
}

test('tells the size of the terminal at first and after each change', async () => {
  const shell = await openShell({ rows: 24, cols: 80 });
  let shown = '';
  shell.on('data', (text: Buffer) => (shown += text.toString()));
  shell.write('size\r');
  await expect.poll(() => shown).toContain('24 80\r\n$ ');
  shell.setWindow(50, 132, 0, 0);
  shell.write('size\r');
  await expect.poll(() => shown).toContain('50 132\r\n$ ');
});
