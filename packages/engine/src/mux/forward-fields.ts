import type { ForwardEnds, Listen, Target } from '../forward/forward.ts';
import { MuxError } from './mux-error.ts';

/** A forward as the protocol has it, in the order of the packet. */
export type ForwardFields = readonly [
  kind: number,
  listenAddress: string,
  listenPort: number,
  targetAddress: string,
  targetPort: number,
];

type End = readonly [address: string, port: number];

const KINDS = { local: 1, remote: 2, socks: 3 } as const;

/** Stands in place of a port: the text in front of it is the path of a Unix socket. */
const UNIX_SOCKET = 0xffff_fffe;

/** ssh's own name for the end of a forward that leads where SOCKS says; without it, a forward is not found again. */
const SOCKS: End = ['socks', 0];

const HIGHEST_PORT = 65_535;

/** The longest that OpenSSH takes, in bytes: `NI_MAXHOST`, and Linux's `sun_path` (other systems have less). */
const LONGEST = { host: 1024, path: 107 } as const;

/** What ssh fills in where it reads its command line, but not where it is asked on its control socket. */
const FILLED_IN = /%|\$\{/;

/**
 * A forward for the packet that opens or closes it; throws a `bad-forward` if OpenSSH would not take it for one.
 *
 * OpenSSH answers some of what is refused here by ending the connection, with all other requests on it.
 *
 * @see https://github.com/openssh/openssh-portable/blob/V_9_2_P1/mux.c `mux_master_process_open_fwd()`
 */
export function forwardFields({ kind, listen, target }: ForwardEnds): ForwardFields {
  if (kind === 'socks' && listen.kind !== 'tcp') fail('SOCKS needs a port to listen at');
  if (kind === 'socks' && target.kind !== 'socks') fail('SOCKS leads to no fixed place');
  if (kind === 'local' && target.kind === 'socks') fail('nowhere to connect to');
  return [KINDS[kind], ...listenEnd(listen, kind === 'remote' ? 0 : 1), ...targetEnd(target)];
}

function listenEnd(listen: Listen, lowestPort: number): End {
  if (listen.kind === 'unix') return socketEnd(listen.path);
  const { address, port } = listen;
  // ssh takes an empty address for every address on its command line, and for its default here.
  return [address === '' ? '*' : checkedText(address ?? '', 'host'), checkedPort(port, lowestPort)];
}

function targetEnd(target: Target): End {
  if (target.kind === 'socks') return SOCKS;
  if (target.kind === 'unix') return socketEnd(target.path);
  if (target.host === '') fail('an empty host');
  return [checkedText(target.host, 'host'), checkedPort(target.port, 1)];
}

function socketEnd(path: string): End {
  if (path === '') fail('an empty path');
  if (FILLED_IN.test(path)) {
    fail(
      `the socket path ${JSON.stringify(path)}, whose "%" and "\${...}" only a starting ssh fills in: write the path out, or restart the tunnel`,
    );
  }
  return [checkedText(path, 'path'), UNIX_SOCKET];
}

function checkedPort(port: number, lowest: number): number {
  if (Number.isInteger(port) && port >= lowest && port <= HIGHEST_PORT) return port;
  return fail(`port ${port} is not from ${lowest} to ${HIGHEST_PORT}`);
}

function checkedText(text: string, what: 'host' | 'path'): string {
  if (text.includes('\0')) fail(`a ${what} with a zero byte`);
  if (Buffer.byteLength(text) > LONGEST[what]) {
    fail(`a ${what} of more than ${LONGEST[what]} bytes`);
  }
  return text;
}

function fail(what: string): never {
  throw new MuxError('bad-forward', what);
}
