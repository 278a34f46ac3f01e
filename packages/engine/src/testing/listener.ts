import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** An echo service in a process of its own. */
export interface Listener {
  readonly pid: number;
  readonly port: number;
  close(): void;
}

/** Echoes on the address and port in its arguments, under the program name in its arguments. */
const SERVICE = `
const [name, host, port] = process.argv.slice(1);
process.title = name;
const server = require('node:net').createServer((socket) => socket.on('error', () => {}).pipe(socket));
server.listen({ host, port }, () => console.log(server.address().port));
`;

/** Starts an echo service that the system lists under this name. */
export async function startListener(
  program: string,
  { host = '127.0.0.1', port = 0 } = {},
): Promise<Listener> {
  const child = spawn(process.execPath, ['-e', SERVICE, program, host, String(port)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { pid: child.pid!, port: Number(line.toString()), close: () => child.kill('SIGKILL') };
}
