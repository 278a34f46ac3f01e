import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { FailureReport, TunnelInput } from '@holdfast/machines';
import type { SshCommand } from '../child/command.ts';
import { createLastWords } from '../child/last-words.ts';
import { StartRefused } from '../child/start-refused.ts';
import type { Forward } from '../forward/forward.ts';
import { noHeartbeat } from '../heartbeat/driver.ts';
import { clearControlPath } from '../heartbeat/mux.ts';
import { heldForwardFailure } from '../listeners/held-forward-failure.ts';
import { findHeldForwards } from '../listeners/held-forwards.ts';
import { superviseTunnel, type RunningTunnel } from '../supervise-tunnel.ts';
import { managedArguments } from './managed-command.ts';
import { createManagedHeartbeat } from './managed-heartbeat.ts';
import { ownsControlPath } from './own-control-path.ts';
import { openRemoteForwards } from './remote-forwards.ts';
import type { Surroundings } from './surroundings.ts';
import type { ManagedSpec } from './fleet-tunnel.ts';

/** The specification of a tunnel as it is now, and the forwards that were opened by hand. */
export interface Wanted {
  readonly spec: ManagedSpec;
  readonly extras: readonly Forward[];
}

/** How long an ssh may take to log in before it is asked whether it is there. */
const LOGIN_SECONDS = 20;
/** The same, when somebody may have to type a password. */
const TYPING_SECONDS = 180;

/** One life of a tunnel: from an operator's start to its end. */
export function superviseManaged(wanted: () => Wanted, around: Surroundings): RunningTunnel {
  const { spec } = wanted();
  const controlPath = controlPathOf(spec.name, around.runtimeDir);
  const isOurs = !ownsControlPath(spec.options);
  // A heartbeat over forwards needs no control socket.
  const isImpossible = spec.heartbeat === 'mux' && !isOurs;
  const heartbeat = createManagedHeartbeat(isImpossible ? 'none' : spec.heartbeat, controlPath);
  const heldForwards = (sshPid: number | undefined, sinceMs?: number): FailureReport | undefined =>
    heldForwardFailure(findHeldForwards(allForwards(wanted()), sshPid, sinceMs));
  const ownPid = () => tunnel.actor.getSnapshot().context.pid ?? undefined;
  const lastFailure = () => tunnel.actor.getSnapshot().context.failures.last;

  const commandWith = (heartbeatForwards: readonly Forward[]): SshCommand => {
    const forwards = [...allForwards(wanted()), ...heartbeatForwards];
    const isLate = ({ kind }: Forward) => isOurs && kind === 'remote';
    return {
      file: around.ssh,
      args: managedArguments(wanted().spec, {
        controlPath,
        forwards: forwards.filter((forward) => !isLate(forward)),
        isInteractive: around.isInteractive,
      }),
      async prepare() {
        const refused = await openRemoteForwards(controlPath, forwards.filter(isLate));
        // With a heartbeat that is looked at when the server has answered.
        return refused ?? (heartbeat.driver === noHeartbeat ? heldForwards(ownPid()) : undefined);
      },
      env: around.env,
      // It has no terminal, and one that is stopped would keep its ports.
      deathSignal: 'KILL',
      ignores: around.ignores,
      lastWords: () =>
        createLastWords({
          wasHealthy,
          stopReason: () => tunnel.actor.getSnapshot().context.stopReason,
          chance: around.chance,
          whoHolds: () => heldForwards(undefined),
        }),
      readyPath: isOurs ? controlPath : undefined,
    };
  };

  const command = (): SshCommand | Promise<SshCommand> => {
    clearControlPath(controlPath);
    // To look costs milliseconds, so that it is done only where it is likely to help: it spares the server a login in vain.
    const isLikely = lastFailure()?.class === 'local-port-held';
    const held = isLikely ? heldForwards(undefined) : undefined;
    if (held !== undefined) {
      throw new StartRefused(held.sentence, { failure: held, chance: around.chance() });
    }
    const forwards = heartbeat.renew();
    return forwards instanceof Promise ? forwards.then(commandWith) : commandWith(forwards);
  };

  const tunnel = superviseTunnel({
    ...machineSettings(spec),
    name: spec.name,
    parent: around.root,
    rules: spec.ruleSet ?? 'holdfast',
    missesAllowed: 1,
    termGraceSeconds: 2,
    asksBeforeStart: true,
    firstPollSeconds: around.isInteractive ? TYPING_SECONDS : LOGIN_SECONDS,
    command,
    launch: around.launchFor(spec.name),
    heartbeat: heartbeat.driver,
    verify: (pid, sinceMs) => (pid === undefined ? undefined : heldForwards(pid, sinceMs)),
  });
  const wasHealthy = () => tunnel.actor.getSnapshot().context.provedAtMs !== null;
  const { close } = heartbeat;
  if (close !== undefined) tunnel.ended.finally(close).catch(() => undefined);
  return tunnel;
}

/** The part of a specification that the machine works with, and that can be changed while it runs. */
export function machineSettings({
  pollMs,
  rules,
}: ManagedSpec): Required<
  Pick<TunnelInput, 'gateSeconds' | 'pollSeconds' | 'maxStarts' | 'restartIntensity'>
> {
  return {
    gateSeconds: rules.gateMs / 1000,
    pollSeconds: pollMs / 1000,
    maxStarts: rules.maxStarts,
    restartIntensity: rules.restart === 'unlimited' ? null : rules.restart,
  };
}

/**
 * Where the ssh of a tunnel listens. A name of fixed length: a Unix socket's path has room for 107 bytes, of which ssh itself needs 17
 * while it makes the socket.
 */
export function controlPathOf(name: string, runtimeDir: string): string {
  return join(runtimeDir, createHash('sha256').update(name).digest('hex').slice(0, 12));
}

function allForwards({ spec, extras }: Wanted): readonly Forward[] {
  return [...spec.forwards, ...extras];
}
