// The server: for whoever needs an SSH server that touches nothing of the machine.
export { startEmbeddedServer } from './server/embedded-server.ts';
export type { EmbeddedServer, EmbeddedServerOptions } from './server/types.ts';
export type { VirtualService } from './server/virtual-loopback.ts';

// The line: for whoever needs a connection that fails on command.
export { startFaultyLine, type FaultyLine, type FaultyLineOptions } from './faulty-line.ts';

// The keys: for whoever sets up a server of their own for OpenSSH's client.
export { createThrowawayKeys, type ThrowawayKeys } from './server/throwaway-keys.ts';
export { createClientArguments } from './server/throwaway-keys.ts';
