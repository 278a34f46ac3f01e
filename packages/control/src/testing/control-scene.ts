import type { Hello } from '../api.ts';
import { createControlClient } from '../client/control-client.ts';
import { createControlServer, type ControlServerOptions } from '../server/control-server.ts';
import { createFakeFleet, fakeTunnel } from './fake-fleet.ts';
import { makeRuntimeFolder } from './runtime-folder.ts';

export const HELLO: Hello = {
  program: 'holdfast',
  version: '1.2.3',
  protocol: 1,
  pid: process.pid,
  startedAt: '2030-01-02T03:04:05.000Z',
  config: '/home/me/tunnels.toml',
};

export const TUNNELS = [
  fakeTunnel('db-1', { tags: ['sql'] }),
  fakeTunnel('db-2', { tags: ['sql'], enabled: false }),
  fakeTunnel('web', { tags: ['front'] }),
];

/** A server on a socket of its own, with a fleet that only remembers, and a client. */
export async function openScene(more: Partial<ControlServerOptions> = {}) {
  const folder = makeRuntimeFolder();
  const socketPath = folder.file('control.sock');
  const fleet = createFakeFleet(TUNNELS);
  const server = createControlServer({
    fleet,
    hello: HELLO,
    loadConfig: async () => ({ kind: 'loaded', tunnels: [] }),
    end: () => fleet.close(),
    ...more,
  });
  await server.listen(socketPath);
  return {
    fleet,
    server,
    socketPath,
    client: createControlClient({ socketPath, version: '1.2.3' }),
    async close() {
      await server.close();
      folder.remove();
    },
  };
}

export type Scene = Awaited<ReturnType<typeof openScene>>;
