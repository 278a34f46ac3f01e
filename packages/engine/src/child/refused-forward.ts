import { filter, fromEvent, map, mergeMap, scan, type Observable } from 'rxjs';
import type { Readable } from 'node:stream';

/** What OpenSSH's client writes when a forward cannot be had, with the port in question. */
const REFUSALS = [
  /^(?:Warning|Error): remote port forwarding failed for listen port (\d+)\r?$/,
  /^channel_setup_fwd_listener_tcpip: cannot listen to port: (\d+)\r?$/,
];

/** A line longer than this is none of ssh's own. */
const LONGEST_LINE = 1000;

/** The port whose forward a line of ssh's stderr says was refused. */
export function refusedPort(line: string): number | undefined {
  for (const refusal of REFUSALS) {
    const port = refusal.exec(line)?.[1];
    if (port !== undefined) return Number(port);
  }
  return undefined;
}

/** Each time that ssh's stderr says that the forward of this port was refused. */
export function refusedForward$(
  stderr: Readable,
  port: number,
): Observable<{ type: 'forward.refused'; port: number }> {
  return (fromEvent(stderr, 'data') as Observable<Buffer>).pipe(
    scan(cutLines, { lines: [] as string[], rest: '' }),
    mergeMap(({ lines }) => lines),
    filter((line) => refusedPort(line) === port),
    map(() => ({ type: 'forward.refused' as const, port })),
  );
}

function cutLines({ rest }: { rest: string }, chunk: Buffer): { lines: string[]; rest: string } {
  const lines = (rest + chunk.toString('latin1')).split('\n');
  return { rest: lines.pop()!.slice(0, LONGEST_LINE), lines };
}
