import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { FailureReport, TunnelInput } from '@holdfast/machines';
import { StartRefused, type SshCommand } from '../../child/command.ts';
import type { AskedSsh } from '../../child/ssh-settings.ts';
import { createLastWords } from '../../failure/last-words.ts';
import { lookCloser } from '../../failure/look-closer.ts';
import { failureReport, type Failure } from '../../failure/sentences.ts';
import { canBeTargetFailure } from '../../failure/while-running.ts';
import type { Forward, Listen } from '../../forward/forward.ts';
import { clearControlPath } from '../../heartbeat/mux.ts';
import { configForwardFailure } from '../../listeners/config-forward-failure.ts';
import { heldForwardFailure } from '../../listeners/held-forward-failure.ts';
import { findHeldForwards } from '../../listeners/held-forwards.ts';
import { findSilences } from '../../ssh-options/silence.ts';
import { superviseTunnel, type RunningTunnel } from '../../supervise-tunnel.ts';
import { aliveLimitSeconds, configWords, managedArguments, foregroundSettings } from './command.ts';
import type { ForwardKeeper } from './forwards/forward-keeper.ts';
import { createManagedHeartbeat } from './heartbeat.ts';
import { ownAddressFamily, ownsControlPath } from './own-options.ts';
import { namingTunnel, refusedOf } from './forwards/remote-forwards.ts';
import type { Surroundings } from './surroundings.ts';
import type { TargetFailures } from './forwards/target-failures.ts';
import type { ManagedSpec } from '../fleet-tunnel.ts';

/** The specification of a tunnel as it is now, and the forwards that were opened by hand. */
export interface Wanted {
  readonly spec: ManagedSpec;
  readonly extras: readonly Forward[];
}

/** Who knows what about the forwards of a tunnel, for one ssh after the other. */
export interface KeptForwards {
  readonly keeper: ForwardKeeper;
  readonly targets: TargetFailures;
}

/** How long an ssh may take to log in before it is started again. */
const LOGIN_SECONDS = 30;
/** The same, when somebody may have to type a password. */
const TYPING_SECONDS = 180;

/** One life of a tunnel: from an operator's start to its end. */
export function superviseManaged(
  wanted: () => Wanted,
  { keeper, targets }: KeptForwards,
  around: Surroundings,
): RunningTunnel {
  const { spec } = wanted();
  /** Where the ssh of now listens: the folder can change with each. */
  const place = { controlPath: controlPathOf(spec.name, around.runtimeDir) };
  const isOurs = !ownsControlPath(spec.options);
  // A heartbeat over forwards needs no control socket.
  const isImpossible = spec.heartbeat === 'mux' && !isOurs;
  const heartbeat = createManagedHeartbeat(isImpossible ? 'none' : spec.heartbeat, place);
  /** Those that others hold before ssh starts, or because of which it ended. */
  const heldForwards = (): FailureReport | undefined => {
    const family = ownAddressFamily(wanted().spec.options);
    return heldForwardFailure(
      findHeldForwards(allForwards(wanted()), undefined, undefined, family),
    );
  };
  const named = (refused: FailureReport, places: readonly Listen[]) =>
    namingTunnel(refused, places, wanted().spec, around);
  const ownPid = () => tunnel.actor.getSnapshot().context.pid ?? undefined;
  const lastFailure = () => tunnel.actor.getSnapshot().context.failures.last;

  const isAsked = () => tunnel.actor.getSnapshot().context.probes;

  const commandWith = (heartbeatForwards: readonly Forward[]): SshCommand => {
    const { controlPath } = place;
    const forwards = [...allForwards(wanted()), ...heartbeatForwards];
    const isLate = ({ kind }: Forward) => isOurs && kind === 'remote';
    return {
      file: around.ssh,
      tunnel: spec.name,
      args: managedArguments(wanted().spec, {
        controlPath,
        forwards: forwards.filter((forward) => !isLate(forward)),
        isInteractive: around.isInteractive,
        more: foregroundSettings(around.ssh, around.env),
      }),
      async prepare() {
        keeper.askConfig();
        const late = forwards.filter(isLate);
        const answer = await keeper.openRemote(controlPath, late);
        // A port of the heartbeat's own is no port of the user's.
        const isOfHeartbeat =
          answer !== undefined && refusedOf(answer, heartbeatForwards).length > 0;
        const refused = isOfHeartbeat
          ? (heartbeat.whyUnanswered?.() ?? answer)
          : answer && named(answer, refusedOf(answer, late).map(listenOf));
        const pid = ownPid();
        // With a heartbeat that is looked at when the server has answered.
        if (refused !== undefined || isAsked() || pid === undefined) {
          return refused;
        }
        return await keeper.verify(pid);
      },
      env: around.env,
      // It has no terminal, and one that is stopped would keep its ports.
      deathSignal: 'KILL',
      // In a session of its own it could ask nothing at the terminal.
      endsWithSsh: around.isInteractive ? 'descendants' : 'group',
      ignores: around.ignores,
      lastWords() {
        const words = createLastWords({
          wasHealthy,
          stopReason: () => tunnel.actor.getSnapshot().context.stopReason,
          silencedBy: () => findSilences(wanted().spec.options)[0],
          whyUnanswered: () => heartbeat.whyUnanswered?.(),
          lookCloser: (failure) => lookCloser(failure, () => askedSsh(wanted().spec, around)),
          whoHolds(failure) {
            const ofConfig = configForwardFailure(failure, forwards);
            if (failure.class === 'local-port-held') return ofConfig ?? heldForwards();
            return named({ ...failureReport(failure), ...ofConfig }, placesIn(failure));
          },
        });
        return {
          hear(line) {
            words.hear(line);
            keeper.heard(line);
            // Before, it is a jump host that led nowhere, and no forward.
            if (canBeTargetFailure(line) && hasLoggedIn()) targets.heard(line);
          },
          explain: words.explain,
        };
      },
      readyPath: isOurs ? controlPath : undefined,
    };
  };

  const command = (): SshCommand | Promise<SshCommand> => {
    around.readyFolder();
    place.controlPath = controlPathOf(spec.name, around.runtimeDir);
    clearControlPath(place.controlPath);
    keeper.begin();
    // To look costs milliseconds, so that it is done only where it is likely to help: it spares the server a login in vain.
    const isLikely = lastFailure()?.class === 'local-port-held';
    refuse(isLikely ? heldForwards() : undefined);
    const sockets = allForwards(wanted()).filter(({ listen }) => listen.kind === 'unix');
    if (sockets.length > 0) {
      return keeper.makeWay(sockets, lastFailure()?.line).then(refuse).then(begin);
    }
    return begin();
  };

  const refuse = (failure: FailureReport | undefined): void => {
    if (failure === undefined) return;
    throw new StartRefused(failure);
  };

  const begin = (): SshCommand | Promise<SshCommand> => {
    const forwards = heartbeat.renew();
    return forwards instanceof Promise ? forwards.then(commandWith) : commandWith(forwards);
  };

  const tunnel = superviseTunnel({
    ...machineSettings(spec),
    name: spec.name,
    parent: around.root,
    rules: spec.ruleSet ?? 'holdfast',
    missesAllowed: 1,
    tellsReady: isOurs,
    aliveLimitSeconds: aliveLimitSeconds(spec.options),
    termGraceSeconds: 2,
    asksBeforeStart: true,
    firstPollSeconds: around.isInteractive ? TYPING_SECONDS : LOGIN_SECONDS,
    command,
    launch: around.launchFor(spec.name),
    chance: around.chance,
    heartbeat: heartbeat.driver,
    verify: (pid, sinceMs) => (pid === undefined ? undefined : keeper.verify(pid, sinceMs)),
  });
  const hasLoggedIn = () => wasHealthy() || !isOurs || existsSync(place.controlPath);
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

/** Its ssh, as one asks it for its settings. */
export function askedSsh(
  spec: ManagedSpec,
  { ssh, env }: Pick<Surroundings, 'ssh' | 'env'>,
): AskedSsh {
  return { program: ssh, words: configWords(spec), env };
}

/** Those of its specification, and those that were opened by hand. */
export function allForwards({ spec, extras }: Wanted): readonly Forward[] {
  return [...spec.forwards, ...extras];
}

/** Where the forward was to listen that a failure is about. */
function placesIn({ facts: { port, path } }: Failure): readonly Listen[] {
  if (path !== undefined) return [{ kind: 'unix', path }];
  return port === undefined ? [] : [{ kind: 'tcp', address: undefined, port }];
}

function listenOf({ listen }: Forward): Listen {
  return listen;
}
