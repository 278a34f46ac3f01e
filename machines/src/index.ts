// The machine: for whoever runs, draws or watches a tunnel.
export { tunnelMachine, type TunnelMachine } from './tunnel/tunnel-machine.ts';
export { completeSettings, DEFAULT_SETTINGS, rulesOf } from './tunnel/settings.ts';
export {
  hasChild,
  isSuspect,
  isUp,
  TUNNEL_STATES,
  tunnelState,
  type TunnelSnapshot,
  type TunnelState,
} from './tunnel/selectors.ts';
export { lacksWitness } from './tunnel/doubt/challenger.ts';
export type { HeartbeatLogic, SshChildLogic } from './tunnel/ports.ts';
export { STOP_REASONS } from './tunnel/types.ts';
export type { TunnelEmitted } from './tunnel/facts.ts';
export type {
  AdjustableSettings,
  Challenger,
  ChildCommand,
  ChildEvent,
  ChildExited,
  ChildInput,
  ChildReady,
  ChildUnrunnable,
  Doubt,
  EndClass,
  FailureReport,
  ForwardRefused,
  HeartbeatCommand,
  HeartbeatEvent,
  HeartbeatMissed,
  HostAnswered,
  OperatorEvent,
  Slot,
  StopReason,
  TunnelContext,
  TunnelEnd,
  TunnelEvent,
  TunnelFailures,
  TunnelInput,
  TunnelOutput,
  TunnelSettings,
} from './tunnel/types.ts';

// The rules: pure functions and tables, for whoever wants to know what would happen.
export { RULE_SETS, type RuleSet, type RuleSetName } from './rules/rule-set.ts';
export {
  checkRuleSet,
  isRuleSetError,
  RuleSetError,
  type RuleSetErrorCode,
} from './rules/check-rule-set.ts';
export {
  exitKind,
  judgeExit,
  LOST_CONNECTION_STATUS,
  type ExitKind,
  type ExitTable,
  type ExitVerdict,
  type SshExit,
} from './rules/exit-status.ts';
export { gatePhase, type GateFacts, type GatePhase } from './rules/gate.ts';
export {
  countTries,
  FREE_TRIES,
  graceSeconds,
  minimumUptimeSeconds,
  type GraceRounding,
} from './rules/grace-time.ts';
export {
  NETWORK_TIMEOUT_MS,
  networkTimeoutMs,
  pollTimes,
  type PollSettings,
  type PollTimes,
} from './rules/poll-times.ts';
export { hasStartsLeft, UNLIMITED_STARTS } from './rules/max-starts.ts';
export {
  graceMs,
  resumeMs,
  isMoving,
  LONGEST_QUIET_MS,
  LONGEST_UPLOAD_MS,
  SHORTEST_QUIET_MS,
  type ConnectionSight,
  type SilentConnection,
} from './rules/second-witness.ts';
export { CHALLENGER_VERDICTS, type ChallengerVerdict } from './rules/challenger-failures.ts';
export {
  countFailure,
  FAILURE_CLASSES,
  FAILURE_POLICIES,
  FAILURE_VERDICTS,
  FORGIVING_HEALTH_MS,
  judgeFailure,
  type FailureClass,
  type FailureCounts,
  type FailureJudgement,
  type FailurePolicy,
  type FailureVerdict,
  type FailureWaits,
} from './rules/failure-policy.ts';
export {
  FIRST_PROBE_TIMEOUT_MS,
  LONGEST_PROBE_TIMEOUT_MS,
  measureRoundTrip,
  probeTimeoutMs,
  SHORTEST_AFTER_MISS_MS,
  SHORTEST_PROBE_TIMEOUT_MS,
  type RoundTrip,
} from './rules/probe-timeout.ts';
export {
  countUntaken,
  isAskedAt,
  passTrial,
  TAKES_PROBES,
  trialSeconds,
  UNASKED_MS,
  type ProbeTaking,
  type Untaken,
} from './rules/untaken-probes.ts';
export { countStart, type CountedStart, type Intensity } from './rules/restart-intensity.ts';
export {
  askForStart,
  createStartBudget,
  DEFAULT_START_LIMIT,
  isStarting,
  nextStart,
  releaseStart,
  type StartBudget,
  type StartPlace,
} from './rules/start-budget.ts';

export {
  CALM_MS,
  fold,
  isOwed,
  isTellingTime,
  NOTHING_SAID,
  paid,
  sameText,
  type Folded,
  type Repetition,
  type Said,
  type Saying,
  type Standing,
} from './rules/repetition.ts';

// Time: clocks for `createActor(machine, { clock })`.
export type { Clock } from './clock/clock.ts';
export { createLongClock, LONGEST_TIMER_MS } from './clock/long-clock.ts';
export { createVirtualClock, type VirtualClock } from './clock/virtual-clock.ts';
