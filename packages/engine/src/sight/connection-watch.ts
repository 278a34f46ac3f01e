import type { ConnectionSight } from '@holdfast/machines';
import { checkSockets } from '../checks/check-sockets.ts';
import { monotonicMs } from '../clock.ts';
import { masterAt } from '../listeners/control-socket.ts';
import { isInOwnNamespace, LOST_TOGETHER_MS } from '../listeners/namespace-readings.ts';
import {
  descendantsOf,
  descriptorLinks,
  descriptorsOf,
  STDERR,
} from '../listeners/socket-holder.ts';
import { byInode, tcpSockets } from '../listeners/tcp-sockets.ts';
import { readAddress, type TcpSocket } from '../listeners/tcp-table.ts';
import { unixSockets } from '../listeners/unix-sockets.ts';
import { hasOwnAddress } from '../network/own-addresses.ts';
import { connectionOf } from '../phase/server-end.ts';
import { hasMoved } from './has-moved.ts';
import { countStreams, streamInodes, type StreamFacts } from './open-streams.ts';
import { receiptsOf } from './receipts.ts';
import { wasServed } from './served-streams.ts';

/** The connection of an ssh to its server, as the system's table of sockets lists it. */
interface Connection {
  readonly inode: string;
  readonly remotePort: number;
  /** Its local address; `undefined` where it cannot be told whether that is this machine's. */
  readonly address: string | undefined;
}

/** A connection that is looked for has mostly been there for longer. */
const CONNECTED_MS = 1000;

/**
 * Watches the connection of an ssh that has logged in, to tell what the system knows of it when the server does not answer.
 *
 * There is one for each of hundreds of ssh. As long as the server answers it costs microseconds: the table, which the kernel takes up to
 * 25 ms to print, is read when an answer is late.
 */
export class ConnectionWatch {
  /** Of ssh itself, which may be the child of what was started. */
  readonly #pid: number;
  readonly #controlPath: string;
  /** `undefined`: not looked for yet, or not to be found. */
  #connection: Connection | undefined;
  #wasSought = false;
  /** The descriptors that ssh had at the last answer; `undefined` where it cannot be told. */
  #descriptors: readonly string[] | undefined;

  /**
   * To be made when ssh has logged in.
   *
   * @param pid - what was started: ssh, or a script around it.
   * @param controlPath - where ssh listens.
   */
  constructor(pid: number, controlPath: string) {
    this.#pid = (descendantsOf(pid).length === 0 ? pid : masterAt(controlPath, pid)) ?? pid;
    this.#controlPath = controlPath;
    this.answered();
  }

  /** The server has answered: what streams are open now are those that count if it does not answer again. */
  answered(): void {
    this.#descriptors = descriptorsOf(this.#pid);
  }

  /**
   * Whether this machine still has the local address of the connection; `true` where that cannot be told. To be asked for each tunnel after a
   * change of the network: the first call reads the table, for all of them.
   */
  hasAddress(sinceMs?: number): boolean {
    // Before each probe nobody looks again for what was not found, such as behind a jump host.
    const found = this.#wasSought ? this.#connection : this.#find();
    return found?.address === undefined || hasOwnAddress(found.address, sinceMs);
  }

  /**
   * What the table of sockets says now; `null` if nothing: of a jump host or proxy command, of an ssh that has ended, and where the system does
   * not tell. It is Linux that does.
   *
   * @param sentMs - when the probe was sent that is late, on the clock of {@link monotonicMs}.
   * @returns never rejects, and takes a second at most.
   */
  async sight(sentMs: number): Promise<ConnectionSight | null> {
    const found = this.#find();
    if (found === undefined) return null;
    const receipts = await receiptsOf(this.#pid, found);
    const nowMs = monotonicMs();
    const oldestMs = nowMs - LOST_TOGETHER_MS;
    const connection = byInode(tcpSockets(this.#pid, oldestMs)).get(found.inode);
    if (connection === undefined) return null;
    return {
      hasMoved: hasMoved({ connection, receipts, sinceMs: sentMs, nowMs }),
      resendInMs: latestResendMs(connection.resend),
      hasAddress: this.hasAddress(oldestMs),
      streams: await this.#streams(found.inode, oldestMs, receipts?.dataAtMs),
    };
  }

  #find(): Connection | undefined {
    this.#wasSought = true;
    this.#connection ??= findConnection(this.#pid);
    return this.#connection;
  }

  /** Those of the last answer that are still open; if there are none, a newer one that was served before the silence. */
  async #streams(
    connection: string,
    oldestMs: number,
    heardAtMs: number | undefined,
  ): Promise<number | null> {
    const pid = this.#pid;
    const links = descriptorLinks(pid);
    const known = this.#descriptors;
    if (links === undefined || known === undefined) return null;
    const around = {
      connection,
      tcp: tcpSockets(pid, oldestMs),
      unix: unixSockets(pid, oldestMs),
      controlPath: this.#controlPath,
      checks: checkSockets(),
    };
    const linksOf = (fds: readonly string[]) =>
      fds.flatMap((fd) => (Number(fd) > STDERR && links.get(fd)) || []);
    const open = countStreams({ ...around, links: linksOf(known) });
    if (open > 0) return open;
    const newer = [...links.keys()].filter((fd) => !known.includes(fd));
    return (await isAnyServed(pid, { ...around, links: linksOf(newer) }, heardAtMs)) ? 1 : 0;
  }
}

/**
 * When something is sent again at the latest: the system's timers are late by up to an eighth of their length.
 *
 * @see https://github.com/torvalds/linux/blob/v6.1/kernel/time/timer.c "The timer wheel has LVL_DEPTH array levels"
 */
function latestResendMs(resend: TcpSocket['resend']): number | null {
  return resend === undefined ? null : resend.inMs + resend.intervalMs / 8;
}

/** Of one that is in no table of TCP nobody can tell: it counts. */
async function isAnyServed(
  pid: number,
  facts: StreamFacts,
  heardAtMs: number | undefined,
): Promise<boolean> {
  const sockets = streamInodes(facts).map((inode) => byInode(facts.tcp).get(inode));
  const isTold = (socket: TcpSocket | undefined) => socket !== undefined;
  return !sockets.every(isTold) || (await wasServed(pid, sockets.filter(isTold), heardAtMs));
}

function findConnection(pid: number): Connection | undefined {
  const found = connectionOf(pid, monotonicMs() - CONNECTED_MS) ?? connectionOf(pid);
  if (found === undefined) return undefined;
  const { inode, remotePort, hexAddress } = found;
  // The addresses of another network namespace are not told.
  return {
    inode,
    remotePort,
    address: isInOwnNamespace(pid) ? readAddress(hexAddress) : undefined,
  };
}
