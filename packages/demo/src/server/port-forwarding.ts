import type { Connection, ServerChannel, TcpipBindInfo, TcpipRequestInfo } from 'ssh2';
import type { Holder, OpenBack, Origin, VirtualLoopback } from './virtual-loopback.ts';

const OWN_NAMES: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost']);

/** Serves the forwards of one ssh client from the virtual loopback: -L, -D and -R. */
export function serveForwards(
  connection: Connection,
  loopback: VirtualLoopback,
  remoteRequests: 'serve' | 'end' | 'nothing',
): void {
  serveLocalForwards(connection, loopback);
  if (remoteRequests === 'serve') serveRemoteForwards(connection, loopback);
  else connection.on('request', () => void (remoteRequests === 'end' && connection.end()));
}

function serveLocalForwards(connection: Connection, loopback: VirtualLoopback): void {
  connection.on('tcpip', (accept, reject, request) => {
    const holder = OWN_NAMES.has(request.destIP) ? loopback.get(request.destPort) : undefined;
    if (holder?.kind === 'service') {
      holder.serve(accept().on('error', () => undefined));
    } else if (holder?.kind === 'client') {
      void openThrough(holder.open, originOf(request), accept, reject);
    } else {
      reject();
    }
  });
}

async function openThrough(
  open: OpenBack,
  origin: Origin,
  accept: () => ServerChannel,
  reject: () => void,
): Promise<void> {
  try {
    const back = await open(origin);
    linkChannels(accept(), back);
  } catch {
    reject();
  }
}

function originOf(request: TcpipRequestInfo): Origin {
  return { address: request.srcIP, port: request.srcPort };
}

function serveRemoteForwards(connection: Connection, loopback: VirtualLoopback): void {
  connection.on('request', (accept, reject, name, request) => {
    if (name === 'tcpip-forward') {
      const port = listenFor(connection, loopback, request as TcpipBindInfo);
      if (port === undefined) reject?.();
      else accept?.(port);
    } else if (name === 'cancel-tcpip-forward') {
      const { bindPort } = request as TcpipBindInfo;
      if (loopback.release(bindPort, connection)) accept?.();
      else reject?.();
    } else {
      reject?.();
    }
  });
  connection.once('close', () => loopback.releaseAll(connection));
}

function listenFor(
  connection: Connection,
  loopback: VirtualLoopback,
  { bindAddr, bindPort }: TcpipBindInfo,
): number | undefined {
  const chosen = { port: bindPort };
  const holder: Holder = {
    kind: 'client',
    owner: connection,
    open: (origin) => openBack(connection, { bindAddr, bindPort: chosen.port }, origin),
  };
  const port = loopback.listen(bindPort, holder);
  if (port !== undefined) chosen.port = port;
  return port;
}

// The client knows its forward by the address as it was asked for, so this is repeated as it came.
function openBack(
  connection: Connection,
  { bindAddr, bindPort }: TcpipBindInfo,
  origin: Origin,
): Promise<ServerChannel> {
  return new Promise((resolve, reject) => {
    connection.forwardOut(bindAddr, bindPort, origin.address, origin.port, (error, channel) => {
      if (error instanceof Error) reject(error);
      else resolve(channel);
    });
  });
}

/** Joins two channels so that what one client sends, the other receives, each direction with its own end. */
function linkChannels(one: ServerChannel, other: ServerChannel): void {
  const ended = new Set<ServerChannel>();
  const link = (from: ServerChannel, to: ServerChannel) => {
    from.on('error', () => undefined);
    from.pipe(to, { end: false });
    from.once('end', () => {
      ended.add(from);
      endOneDirection(to);
      if (ended.size === 2) closeBoth(one, other);
    });
    from.once('close', () => to.end());
  };
  link(one, other);
  link(other, one);
}

// end() of a server's channel in ssh2 closes both directions at once (onFinish in ssh2/lib/Channel.js),
// which would cut off the answer to a client that has only finished asking. The empty write waits for
// what is queued before it.
function endOneDirection(channel: ServerChannel): void {
  if (channel.writable) channel.write('', () => channel.eof());
}

function closeBoth(one: ServerChannel, other: ServerChannel): void {
  one.end();
  other.end();
}
