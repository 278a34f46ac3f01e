import { FORGIVING_HEALTH_MS, type TunnelContext } from '@holdfast/machines';
import { monotonicMs } from '../../clock.ts';
import type { Forward } from '../../forward/forward.ts';
import { connectionPhase } from '../../phase/connection-phase.ts';
import { whyUnasked } from './unasked.ts';
import type { TunnelFacts } from '../member/managed-tunnel.ts';
import { controlPathOf } from '../member/run.ts';
import { isHealthyState } from '../member/stay.ts';
import { dueWallMs, pastWallMs, thisMoment, type Moment } from '../member/moment.ts';
import type {
  CheckStatus,
  ConnectionPhase,
  FailureStatus,
  ForwardStatus,
  StartObstacle,
  TargetFailureStatus,
  TunnelStatus,
} from './status.ts';

/** What a tunnel does not know about itself. */
export interface Outlook {
  readonly runtimeDir: string;
  readonly obstacle: StartObstacle | null;
  readonly checks: readonly CheckStatus[];
  /** Since when it is degraded, or is not, or its checks have passed; `undefined`: since it is connected. */
  readonly standsSince?: Moment | undefined;
  readonly targetFailures: readonly TargetFailureStatus[];
}

/** All about one tunnel, as plain data. */
export function describeTunnel(facts: TunnelFacts, outlook: Outlook): TunnelStatus {
  const { spec, state, context } = facts;
  const now = thisMoment();
  const unasked = whyUnasked(context, spec);
  const isConnected = isHealthyState(state);
  const forwards = forwardsOf(facts, isConnected);
  const isDegraded =
    isConnected &&
    (outlook.checks.some(({ ok }) => ok === false) || forwards.some(({ isBound }) => !isBound));
  return {
    name: spec.name,
    host: spec.host,
    tags: spec.tags,
    after: spec.after,
    enabled: spec.enabled,
    state,
    since: isoTime(
      pastWallMs(isConnected ? later(facts.since, outlook.standsSince) : facts.since, now),
    ),
    isHealthy: isConnected && !isDegraded && outlook.checks.every(({ ok }) => ok === true),
    isDegraded,
    needsAttention: needsAttention(facts),
    phase: phaseOf(facts, outlook.runtimeDir),
    pid: context?.pid ?? null,
    starts: context?.starts ?? 0,
    nextStartAt: facts.nextStart === null ? null : isoTime(dueWallMs(facts.nextStart, now)),
    obstacle: state === 'backoff' ? outlook.obstacle : null,
    failure: failureOf(facts, now),
    end: context?.end?.sentence ?? null,
    heartbeat: typeof spec.heartbeat === 'string' ? spec.heartbeat : 'custom',
    ...(unasked === undefined ? {} : { unasked }),
    roundTripMs: context?.roundTrip?.smoothedMs ?? null,
    answeredAt: answeredAt(context, now),
    forwards,
    targetFailures: outlook.targetFailures.filter((failure) => !isOver(failure, outlook.checks)),
    checks: outlook.checks,
  };
}

/** A tunnel that was degraded until a second ago has been healthy for a second. */
function later(since: Moment, standsSince: Moment | undefined): Moment {
  return standsSince !== undefined && standsSince.monotonicMs > since.monotonicMs
    ? standsSince
    : since;
}

function needsAttention({ state, context }: TunnelFacts): boolean {
  if (state === 'failed') return true;
  return state === 'backoff' && context?.failures.verdict === 'wait-for-operator';
}

function phaseOf(
  { spec, state, context }: TunnelFacts,
  runtimeDir: string,
): ConnectionPhase | null {
  const isConnecting = state === 'connecting' || state === 'gating';
  if (!isConnecting || context === null || context.pid === null) return null;
  return connectionPhase(context.pid, controlPathOf(spec.name, runtimeDir));
}

/** The last failure, as long as it counts: a minute of health forgives it. */
function failureOf({ context, failed, since }: TunnelFacts, now: Moment): FailureStatus | null {
  if (context === null || context.failures.last === null || isForgiven(context)) return null;
  const { last, counts } = context.failures;
  return {
    ...last,
    at: isoTime(pastWallMs(failed ?? since, now)),
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

function forwardsOf(
  { spec, extras, config, known }: TunnelFacts,
  isConnected: boolean,
): readonly ForwardStatus[] {
  const describe = (forward: Forward, isExtra: boolean): ForwardStatus => {
    const { kind, text } = forward;
    if (!isConnected) return { kind, text, isBound: false, isExtra };
    const { isBound = true, problem, remedy, port } = known(forward) ?? {};
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
    ...config.map((forward) => ({ ...describe(forward, false), isOfSshConfig: true }) as const),
  ];
}

/** Whether a check of the same forward has passed since. */
function isOver({ forward, at }: TargetFailureStatus, checks: readonly CheckStatus[]): boolean {
  return checks.some(
    (check) => forward?.endsWith(` ${check.forward}`) && check.ok === true && check.at! > at,
  );
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
