import type { FailureReport } from '@holdfast/machines';
import { listNames } from '@holdfast/text';
import { failureReport } from '../../../failure/sentences.ts';
import { findRefusedForwards } from '../../../failure/while-running.ts';
import { formatForward } from '../../../forward/format-forward.ts';
import { formatTarget, type Forward, type Listen } from '../../../forward/forward.ts';
import { connectMux } from '../../../mux/client.ts';
import { isMuxError } from '../../../mux/mux-error.ts';
import { withClient } from './open-again.ts';
import type { OtherTunnel } from './other-with-remote.ts';
import type { FleetShared } from '../shared.ts';
import type { TunnelSpec } from '../../tunnel-spec.ts';

/** The server has to answer for each. */
const WAIT = { timeoutMs: 10_000 };

/** Told of each forward that the server has granted, with the port if it was to choose one. */
export type Granted = (forward: Forward, port: number | undefined) => void;

/**
 * Opens remote forwards on an ssh that has just logged in; fulfilled with the failure, if the server refuses one. Never rejects.
 *
 * They are not on ssh's command line, because ssh opens its control socket before the server has answered for those: nobody could tell when they
 * are there. And OpenSSH up to 9.2 at least keeps a pointer to each until the answer comes, which the first request over the socket
 * makes invalid.
 *
 * @see https://github.com/openssh/openssh-portable/blob/V_9_2_P1/ssh.c `ssh_confirm_remote_forward()`, and `add_remote_forward()` in readconf.c
 */
export async function openRemoteForwards(
  controlPath: string,
  forwards: readonly Forward[],
  granted: Granted,
): Promise<FailureReport | undefined> {
  if (forwards.length === 0) return undefined;
  try {
    const client = await connectMux(controlPath, WAIT);
    try {
      for (const forward of forwards) granted(forward, await client.openForward(forward, WAIT));
      return undefined;
    } finally {
      client.close();
    }
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    const sentence = `a remote forward could not be opened: ${said}`;
    return remoteRefusal(error) ?? { class: 'unknown', sentence };
  }
}

/** What became of a remote forward that was asked for once more. */
export type Renewal = { readonly port: number | undefined } | { readonly refusal: FailureReport };

/**
 * Asks ssh once more for remote forwards. For one that it has it answers by itself, without a byte to the server; one that it has not,
 * such as after `ssh -O cancel`, it asks the server for.
 *
 * What else goes wrong says nothing about the forwards.
 */
export async function renewRemoteForwards(
  controlPath: string,
  forwards: readonly Forward[],
  hear: (forward: Forward, answer: Renewal) => void,
): Promise<void> {
  await withClient(controlPath, async (client) => {
    for (const forward of forwards) {
      try {
        hear(forward, { port: await client.openForward(forward, WAIT) });
      } catch (error) {
        const refusal = remoteRefusal(error);
        if (refusal === undefined) return;
        hear(forward, { refusal });
      }
    }
  });
}

/** What the server's refusal means; `undefined` if it was something else that went wrong. */
export function remoteRefusal(error: unknown): FailureReport | undefined {
  if (!isMuxError(error) || error.code !== 'refused') return undefined;
  // Over the socket ssh says the same as on stderr, without the first word and the end of the line.
  const [refused] = findRefusedForwards([`Warning: ${error.answer ?? ''}\r`]);
  return refused && failureReport(refused);
}

/** The forwards among these that a refusal names. */
export function refusedOf(
  { sentence }: FailureReport,
  forwards: readonly Forward[],
): readonly Forward[] {
  return forwards.filter(({ listen }) =>
    listen.kind === 'tcp'
      ? sentence.includes(` port ${listen.port}:`)
      : sentence.includes(listen.path),
  );
}

/** The refusal of a forward that ssh names by a port which is not its own. */
export function withPortOf({ listen }: Forward, refusal: FailureReport): FailureReport {
  const { line: _, ...rest } = refusal;
  if (listen.kind !== 'tcp') return rest;
  return { ...rest, sentence: refusal.sentence.replace(/ port -?\d+:/, ` port ${listen.port}:`) };
}

/** The refusal of a forward that can be any of these: its port is not theirs. */
export function ofOneAmong(forwards: readonly Forward[], refusal: FailureReport): FailureReport {
  const { line: _, ...rest } = refusal;
  const names = listNames(forwards.map(formatForward), forwards.length);
  const sentence = `the server refused at least one of ${names}, and ssh does not tell which`;
  return { ...rest, sentence };
}

/**
 * Whether a port that the server chose can be this forward's: ssh says where that one leads, as `host:port`, and a path with a port that means
 * nothing.
 */
export function isChosenFor({ listen, target }: Forward, said: string): boolean {
  if (listen.kind !== 'tcp' || listen.port !== 0) return false;
  if (target.kind === 'socks') return said === 'socks:0';
  const text = formatTarget(target);
  return target.kind === 'unix' ? said.startsWith(text) : said === text;
}

/**
 * A remote port that is held may be held by a tunnel beside this one: to the same host, or to another name of it.
 *
 * @param places - where the refused forwards were to listen.
 */
export function namingTunnel(
  refused: FailureReport,
  places: readonly Listen[],
  { name, host }: Pick<TunnelSpec, 'name' | 'host'>,
  { otherWithRemote }: Pick<FleetShared, 'otherWithRemote'>,
): FailureReport {
  if (refused.class !== 'remote-port-held') return refused;
  const other = otherWithRemote(name, places);
  if (other === undefined) return refused;
  return {
    ...refused,
    sentence: `${refused.sentence}; tunnel ${other.name} has it${howSure(other, host)}`,
    remedy: `keep the forward in one of the two only, or give it another port there, or disable ${other.name}`,
  };
}

function howSure({ host, isSameServer }: OtherTunnel, own: string): string {
  if (isSameServer === true) return ' at the same server';
  return host === own ? ', to the same host' : `, if ${own} and ${host} are one machine`;
}
