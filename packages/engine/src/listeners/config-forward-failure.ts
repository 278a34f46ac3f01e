import type { FailureReport } from '@holdfast/machines';
import type { Failure } from '../failure/sentences.ts';
import type { Forward } from '../forward/forward.ts';
import { tcpListeners } from './listeners.ts';
import { describeHolder, endHolder, findHolders, type PortHolder } from './socket-holder.ts';

/**
 * Says of a forward that could not be had that it comes from ssh_config, if the tunnel did not ask for it; `undefined` if it did.
 *
 * LocalForward, DynamicForward and RemoteForward of ssh_config belong to every ssh to their host: the second one finds the port taken.
 */
export function configForwardFailure(
  failure: Failure,
  forwards: readonly Forward[],
): Partial<FailureReport> | undefined {
  const { port } = failure.facts;
  const isRemote = failure.class === 'remote-port-held';
  if (port === undefined || (!isRemote && failure.class !== 'local-port-held')) return undefined;
  if (forwards.some((forward) => isAt(forward, port, isRemote))) return undefined;
  if (isRemote) {
    return {
      sentence: `${failure.sentence}; it is ssh_config that asks for it (RemoteForward)`,
      remedy: 'take the forward out of ssh_config, or find out who has the port there',
    };
  }
  return configForwardHeld(port, holderOf(port));
}

/** Of a port that ssh_config asks for, and the tunnel does not: who holds it, and what can be done. */
export function configForwardHeld(
  port: number,
  holder: PortHolder | undefined,
): Pick<FailureReport, 'sentence' | 'remedy'> {
  const out = 'ssh_config (LocalForward, DynamicForward)';
  return {
    sentence: `ssh_config asks for a forward at port ${port}, which is held by ${describeHolder(holder)}`,
    remedy:
      holder?.tunnel === undefined
        ? `take it out of ${out}, or ${endHolder(holder)}`
        : `move it from ${out} to the forwards of one of the two tunnels, or ${endHolder(holder)}`,
  };
}

function isAt({ kind, listen }: Forward, port: number, isRemote: boolean): boolean {
  return listen.kind === 'tcp' && listen.port === port && (kind === 'remote') === isRemote;
}

function holderOf(port: number): PortHolder | undefined {
  const inodes = tcpListeners().flatMap((one) => (one.port === port ? [one.inode] : []));
  return inodes.length === 0 ? undefined : [...findHolders(new Set(inodes)).values()][0];
}
