// Tunnels: one call makes a running one.
export { createTunnel, type TunnelOptions } from './create-tunnel.ts';
export { superviseTunnel, type RunningTunnel, type SuperviseOptions } from './supervise-tunnel.ts';
export { runnableTunnelMachine } from './tunnel-actors.ts';

// ssh: commands, and the ways to launch them.
export type { ChildEnd, SshCommand } from './child/command.ts';
export type { Launch, LaunchedChild } from './child/launch.ts';
export type { EndsWithSsh } from './child/offspring.ts';
export { launchPlainly } from './child/launch-plainly.ts';
export { launchWithExeca } from './child/launch-with-execa.ts';
export { sshChild$, type SshChildSource } from './child/ssh-child.ts';
export {
  createChildTable,
  processChildren,
  type ChildTable,
  type TabledChild,
} from './child/child-table.ts';
export { findProgram, type FoundProgram } from './child/find-program.ts';
export { runProgram, type ProgramResult } from './child/run-program.ts';
export { knownSshOptions } from './child/ssh-program.ts';
export { readKeyFile, type KeyFile } from './credentials/key-file.ts';

// Failures: what the words of ssh mean.
export { classifyFailure, stderrLines, type EndedSsh } from './failure/classify.ts';
export { findRefusedForwards } from './failure/while-running.ts';
export type { Failure } from './failure/sentences.ts';
export type { FailureCause, FailureFacts } from './failure/facts.ts';

// Heartbeats: the contract, and the drivers.
export {
  heartbeat$,
  noHeartbeat,
  type HeartbeatDriver,
  type ProbeTarget,
} from './heartbeat/driver.ts';
export { createLoopDriver, type LoopSettings } from './heartbeat/loop.ts';
export { createEchoDriver, type EchoSettings } from './heartbeat/echo.ts';
export { openReadPort, type ReadPort } from './heartbeat/read-port.ts';
export {
  openMonitor,
  type Monitor,
  type MonitorChoice,
  type MonitorSettings,
} from './heartbeat/monitor.ts';
export { createUnaskedMuxDriver, type UnaskedMuxSettings } from './heartbeat/unasked-mux.ts';
export { LONGEST_LOGIN_MS, type Doubt } from './heartbeat/answers.ts';
export { sessionOf, type IsOver } from './heartbeat/session-end.ts';
export { createSocketPlace, type FreePath, type SocketPlace } from './heartbeat/socket-place.ts';
export { heartbeatMessage, type MessageSettings } from './heartbeat/message.ts';
export { portHolder } from './listeners/port-holder.ts';
export { describeHolder, type PortHolder } from './listeners/socket-holder.ts';

// Multiplexing: the heartbeat over ssh's control socket, and forwards of a running ssh.
export {
  clearControlPath,
  controlMasterArguments,
  controlPathProblem,
  createMuxDriver,
  type MuxDriverSettings,
} from './heartbeat/mux.ts';
export { connectMux, type MuxClient } from './mux/client.ts';
export { LONGEST_SOCKET_PATH } from './mux/line.ts';
export type { RequestOptions } from './mux/waiter.ts';
export { isMuxError, MuxError, type MuxErrorCode } from './mux/mux-error.ts';

// Fleets: many tunnels, one supervisor.
export { createFleet, type FleetOptions } from './fleet/create-fleet.ts';
export type { FleetTunnel, ManagedSpec } from './fleet/fleet-tunnel.ts';
export type { CustomHeartbeat, CustomProbe } from './heartbeat/custom.ts';
export { eventWords, type EventWords } from './fleet/report/event-sentences.ts';
export { expandHome, managedArguments, type CommandSettings } from './fleet/member/command.ts';
export { ownsControlPath, setsControlSocket } from './fleet/member/own-options.ts';
export { selectNames, type SelectableTunnel } from './fleet/select-names.ts';
export { obstacleWords } from './fleet/report/why.ts';
export type {
  Check,
  CheckQuestion,
  HeartbeatKind,
  TunnelRules,
  TunnelSpec,
} from './fleet/tunnel-spec.ts';
export type {
  CheckStatus,
  ConnectionPhase,
  FailureStatus,
  FleetStatus,
  UnusablePlace,
  ForwardStatus,
  StartObstacle,
  TargetFailureStatus,
  TunnelStatus,
  WhyReport,
} from './fleet/report/status.ts';
export type { EventLevel, FleetEvent, FleetFact, NetworkChange } from './fleet/fleet-event.ts';
export {
  FleetError,
  type EventsOptions,
  type Fleet,
  type FleetChanges,
  type FleetErrorCode,
  type OpenedForward,
  type ReadyOptions,
} from './fleet/fleet.ts';
export {
  parseForward,
  type Forward,
  type ForwardEnds,
  type ForwardKind,
  type Listen,
  type Target,
} from './forward/forward.ts';
export type { Reading } from './forward/reading.ts';

// This machine: who listens where, which children were left behind, what changes.
export { findHeldForwards, type HeldForward } from './listeners/held-forwards.ts';
export { socketPath, whatIsAt, type PathObstacle } from './listeners/socket-path.ts';
export { heldForwardFailure, pathFailure } from './listeners/held-forward-failure.ts';
export { connectionPhase } from './phase/connection-phase.ts';
export {
  createChildRecord,
  type ChildRecorder,
  type RecordedChild,
} from './child-record/child-record.ts';
export { markEnvironment } from './child-record/mark.ts';
export { reapRecordedChildren, type ReapedChild } from './child-record/reap.ts';
export {
  processWitness,
  type LivingProcess,
  type ProcessStart,
  type ProcessWitness,
} from './process-witness.ts';
export { makeFolders, makePrivateFolder } from './private-folder.ts';
export { networkChange$ } from './network/network-change.ts';
export { credentialChange$ } from './credentials/credential-change.ts';
export { agentFingerprint, NO_AGENT } from './credentials/agent-keys.ts';

// The world around: signals, time, ssh-agent.
export { processSignals$ } from './process-signals.ts';
export { monotonicMs, systemClock } from './clock.ts';
export { agentAnswers, startSessionAgent, type SessionAgent } from './ssh-agent.ts';
export { systemErrorText } from './system-error.ts';

// Logs: facts as lines.
export {
  createLogger,
  LOG_LEVELS,
  type Logger,
  type LogLevel,
  type LogRecord,
  type LogSink,
} from './log/log-record.ts';
export { classicLines } from './log/classic-sentences.ts';
export {
  bareFormat,
  classicFormat,
  jsonFormat,
  plainFormat,
  type LogFormat,
  type LogWriter,
} from './log/format.ts';
export { createDescriptorSink, createFileSink, createStderrSink } from './log/descriptor-sink.ts';
export {
  closeOwnOutputs,
  droppedWords,
  ownOutput,
  type OwnDescriptor,
} from './output/own-output.ts';
export type { Output, OutputSettings } from './output/output.ts';
export { canStall } from './output/taker.ts';
export { createSyslogSink } from './log/syslog-sink.ts';
export { createEventLog, type EventLog, type EventLogOptions } from './log/event-log.ts';
