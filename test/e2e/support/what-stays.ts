import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { EmbeddedServer } from '@holdfast/demo';
import { findFreePorts } from './free-ports.ts';
import type { RunFolder } from './run-folder.ts';

const DEAF_PROXY = fileURLToPath(
  new URL('../../fixtures/holdfast/deaf-proxy.mjs', import.meta.url),
);

/** Puts a script in front of ssh that starts the real one and waits for it, instead of becoming it; returns its path. */
export function wrapSsh(folder: RunFolder, name = 'bin/ssh'): string {
  const ssh = execFileSync('sh', ['-c', 'command -v ssh'], { encoding: 'utf8' }).trim();
  return folder.writeScript(name, `'${ssh}' "$@"`, 'exit $?');
}

const endings: (() => void)[] = [];

/** Listens as a jump host that never greets. */
export async function startSilentHost(): Promise<number> {
  const server = createServer((socket) => socket.on('error', () => undefined));
  const port = await findFreePorts(1);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  endings.push(() => server.close());
  return port;
}

/** Ends every silent host. For `afterEach`. */
export function endSilentHosts(): void {
  for (const end of endings.splice(0)) end();
}

/** What makes ssh start something that does not end with it, or not by itself, as words of its command line. */
export const STAYING = {
  'the ssh of a jump host that never greets': async () => [
    '-J',
    `127.0.0.1:${await startSilentHost()}`,
  ],
  'a ProxyCommand that does not take notice': (server: EmbeddedServer) => [
    `-oProxyCommand='${process.execPath}' '${DEAF_PROXY}' 127.0.0.1 ${server.port}`,
  ],
  'a LocalCommand that does not end': () => [
    '-oPermitLocalCommand=yes',
    '-oLocalCommand=sleep 1000; true',
  ],
  'what a LocalCommand left in the background': () => [
    '-oPermitLocalCommand=yes',
    '-oLocalCommand=sleep 1000 >/dev/null 2>&1 &',
  ],
  'a KnownHostsCommand that does not end': () => ['-oKnownHostsCommand=/bin/sleep 1000'],
} satisfies Record<string, (server: EmbeddedServer) => string[] | Promise<string[]>>;

/** The names of {@link STAYING}. */
export const STAYING_NAMES = Object.keys(STAYING) as readonly (keyof typeof STAYING)[];
