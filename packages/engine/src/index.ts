// The library: what docs/library.md teaches. What it is built from is in parts.ts.

// Fleets: many tunnels, kept up together.
export { createFleet, type FleetOptions } from './fleet/create-fleet.ts';
export type { FleetTunnel, ManagedSpec } from './fleet/fleet-tunnel.ts';
export {
  FleetError,
  isFleetError,
  type Fleet,
  type FleetChanges,
  type FleetErrorCode,
  type EventsOptions,
  type ReadyOptions,
  type OpenedForward,
} from './fleet/fleet.ts';
export type {
  Check,
  CheckQuestion,
  HeartbeatKind,
  TunnelRules,
  TunnelSpec,
} from './fleet/tunnel-spec.ts';
export type { CustomHeartbeat, CustomProbe } from './heartbeat/custom.ts';

// What a fleet tells.
export type { ReleaseDifference, ReleaseObstacle } from './release/session-commands.ts';
export type { EventLevel, FleetEvent, FleetFact, NetworkChange } from './fleet/fleet-event.ts';
export type {
  CheckStatus,
  ConnectionPhase,
  FailureStatus,
  FleetStatus,
  ForwardStatus,
  StartObstacle,
  SuspectStatus,
  TargetFailureStatus,
  TunnelStatus,
  WhyReport,
} from './fleet/report/status.ts';

// Forwards, as ssh's -L, -R and -D.
export type { Forward, ForwardEnds, ForwardKind, Listen, Target } from './forward/forward.ts';

// One tunnel, and what its ssh is.
export { createTunnel, type TunnelOptions } from './create-tunnel.ts';
export type { SuperviseOptions, RunningTunnel } from './supervise-tunnel.ts';
export type { SshCommand, ChildEnd, LastWords, Prepare } from './child/command.ts';
export type { Launch, LaunchedChild } from './child/launch.ts';
export type { EndsWithSsh } from './child/offspring.ts';
export { launchPlainly } from './child/launch-plainly.ts';
export { launchWithExeca } from './child/launch-with-execa.ts';
export type { Verify } from './tunnel-actors.ts';
export type { HeartbeatDriver, ProbeTarget } from './heartbeat/driver.ts';

// Failures: what the words of ssh mean.
export { classifyFailure, stderrLines, type EndedSsh } from './failure/classify.ts';
export { findRefusedForwards } from './failure/while-running.ts';
export type { Failure } from './failure/sentences.ts';
export type { FailureCause, FailureFacts } from './failure/facts.ts';
export type { Silence } from './ssh-options/silence.ts';
