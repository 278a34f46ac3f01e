import { FORGIVING_HEALTH_MS, type TunnelContext, type TunnelState } from '@holdfast/machines';
import { monotonicMs } from '../../clock.ts';
import type { Forward } from '../../forward/forward.ts';
import { connectionPhase } from '../../phase/connection-phase.ts';
import type { Member } from '../member/member.ts';
import { describeSuspect } from './suspect.ts';
import { whyUnasked } from './unasked.ts';
import { dueWallMs, isoTime, pastWallMs, thisMoment, type Moment } from '../member/moment.ts';
import type {
  CheckStatus,
  ConnectionPhase,
  FailureStatus,
  ForwardStatus,
  TargetFailureStatus,
  TunnelStatus,
} from './status.ts';

/**
 * All about one tunnel, as plain data.
 *
 * @param standsSince - since when it is degraded, or is not, or its checks have passed; `undefined`: since it is connected.
 */
export function describeTunnel(member: Member, standsSince: Moment | undefined): TunnelStatus {
  const { spec, context, stay } = member;
  const { state } = stay;
  const now = thisMoment();
  const unasked = whyUnasked(context, spec);
  const isConnected = member.isConnected();
  const suspect = describeSuspect(member, now);
  const forwards = forwardsOf(member);
  const checks = member.checks();
  const isDegraded =
    isConnected &&
    (checks.some(({ ok }) => ok === false) || forwards.some(({ isBound }) => !isBound));
  const since = isConnected ? later(stay.since, standsSince) : stay.since;
  return {
    name: spec.name,
    host: spec.host,
    tags: spec.tags,
    after: spec.after,
    enabled: spec.enabled,
    required: spec.required,
    state,
    since: isoTime(pastWallMs(since, now)),
    isHealthy:
      isConnected &&
      !isDegraded &&
      suspect?.isLasting !== true &&
      checks.every(({ ok }) => ok === true),
    suspect,
    isDegraded,
    needsAttention: needsAttention(state, context),
    phase: phaseOf(member),
    pid: context?.pid ?? null,
    starts: context?.starts ?? 0,
    nextStartAt: stay.nextStart === null ? null : isoTime(dueWallMs(stay.nextStart, now)),
    obstacle: state === 'backoff' ? member.obstacle() : null,
    failure: failureOf(member, now),
    end: context?.end?.sentence ?? null,
    heartbeat: typeof spec.heartbeat === 'string' ? spec.heartbeat : 'custom',
    ...(unasked === undefined ? {} : { unasked }),
    roundTripMs: context?.roundTrip?.smoothedMs ?? null,
    answeredAt: answeredAt(context, now),
    forwards,
    targetFailures: member.targets.status().filter((failure) => !isOver(failure, checks)),
    checks,
  };
}

/** A tunnel that was degraded until a second ago has been healthy for a second. */
function later(since: Moment, standsSince: Moment | undefined): Moment {
  return standsSince !== undefined && standsSince.monotonicMs > since.monotonicMs
    ? standsSince
    : since;
}

function needsAttention(state: TunnelState, context: TunnelContext | null): boolean {
  if (state === 'failed') return true;
  return state === 'backoff' && context?.failures.verdict === 'wait-for-operator';
}

function phaseOf({ stay, context, socketPath }: Member): ConnectionPhase | null {
  const { state } = stay;
  const isConnecting = state === 'connecting' || state === 'gating';
  if (!isConnecting || context === null || context.pid === null) return null;
  return connectionPhase(context.pid, socketPath);
}

/** The last failure, as long as it counts: a minute of health forgives it. */
function failureOf({ context, stay }: Member, now: Moment): FailureStatus | null {
  if (context === null || context.failures.last === null || isForgiven(context)) return null;
  const { last, counts } = context.failures;
  return {
    ...last,
    at: isoTime(pastWallMs(stay.failed ?? stay.since, now)),
    times: counts[last.class] ?? 1,
  };
}

function isForgiven({ provedAtMs, answeredAtMs }: TunnelContext): boolean {
  if (provedAtMs === null) return false;
  return (answeredAtMs ?? monotonicMs()) - provedAtMs >= FORGIVING_HEALTH_MS;
}

function answeredAt(context: TunnelContext | null, now: Moment): string | null {
  if (context === null || context.answeredAtMs === null) return null;
  return isoTime(now.wallMs - (now.monotonicMs - context.answeredAtMs));
}

function forwardsOf(member: Member): readonly ForwardStatus[] {
  const { spec, extras, keeper } = member;
  const isConnected = member.isConnected();
  const describe = (forward: Forward, isExtra: boolean): ForwardStatus => {
    const { kind, text } = forward;
    if (!isConnected) return { kind, text, isBound: false, isExtra };
    const { isBound = true, problem, remedy, port } = keeper.known(forward) ?? {};
    return {
      kind,
      text,
      isBound,
      ...(problem === undefined ? {} : { problem }),
      ...(remedy === undefined ? {} : { remedy }),
      ...(port === undefined ? {} : { port }),
      isExtra,
    };
  };
  return [
    ...spec.forwards.map((forward) => describe(forward, false)),
    ...extras.map((forward) => describe(forward, true)),
    ...keeper.config.map(
      (forward) => ({ ...describe(forward, false), isOfSshConfig: true }) as const,
    ),
  ];
}

/** Whether a check of the same forward has passed since. */
function isOver({ forward, at }: TargetFailureStatus, checks: readonly CheckStatus[]): boolean {
  return checks.some(
    (check) => forward?.endsWith(` ${check.forward}`) && check.ok === true && check.at! > at,
  );
}
