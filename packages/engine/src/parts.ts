/**
 * For builders: the parts of which the library, `autossh` and `holdfast` are made. They follow the needs of these programs, and may change with
 * any version; what stays is in `@holdfast/engine`.
 *
 * @packageDocumentation
 */

// Tunnels: one call makes a running one.
export { superviseTunnel } from './supervise-tunnel.ts';

// ssh: commands, and the ways to launch them.
export { processChildren } from './child/child-table.ts';
export { findProgram } from './program/find-program.ts';
export { runProgram, type ProgramResult } from './program/run-program.ts';
export { knownSshOptions } from './program/ssh-program.ts';
export { expandPath } from './program/ssh-settings.ts';
export { readKeyFile, type KeyFile } from './credentials/key-file.ts';

// Heartbeats: the contract, and the drivers.
export { noHeartbeat } from './heartbeat/driver.ts';
export { openMonitor, type Monitor, type MonitorChoice } from './heartbeat/monitor.ts';
export { createUnaskedMuxDriver } from './heartbeat/unasked-mux.ts';
export { forwardArguments } from './forward/format-forward.ts';
export { LONGEST_LOGIN_MS } from './heartbeat/answers.ts';
export { sessionOf } from './heartbeat/session-end.ts';
export { createSocketPlace, type FreePath } from './heartbeat/socket-place.ts';
export { heartbeatMessage } from './heartbeat/message.ts';
export { portHolder } from './listeners/port-holder.ts';
export { ConnectionWatch } from './sight/connection-watch.ts';
export { describeHolder } from './listeners/socket-holder.ts';

// Multiplexing: the heartbeat over ssh's control socket, and forwards of a running ssh.
export {
  clearControlPath,
  controlMasterArguments,
  controlPathProblem,
  createMuxDriver,
} from './heartbeat/mux.ts';
export { connectMux, type MuxClient } from './mux/client.ts';
export { LONGEST_SOCKET_PATH } from './mux/line.ts';

// Fleets: many tunnels, one supervisor.
export { eventWords } from './fleet/report/event-sentences.ts';
export { expandHome } from './fleet/member/ssh/command.ts';
export { setsControlSocket } from './fleet/member/ssh/own-options.ts';
export { selectNames, type SelectableTunnel } from './fleet/select-names.ts';

// This machine: who listens where, which children were left behind, what changes.
export { findHeldForwards } from './listeners/held-forwards.ts';
export { socketPath, whatIsAt } from './listeners/socket-path.ts';
export { heldForwardFailure, pathFailure } from './listeners/held-forward-failure.ts';
export { createChildRecord, type ChildRecorder } from './child-record/child-record.ts';
export { markEnvironment } from './child-record/mark.ts';
export { reapRecordedChildren, type ReapedChild } from './child-record/reap.ts';
export { makePrivateFolder } from './private-folder.ts';
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
export { classicFormat, jsonFormat, plainFormat, type LogWriter } from './log/format.ts';
export { createDescriptorSink, createFileSink, createStderrSink } from './log/descriptor-sink.ts';
export { closeOwnOutputs, droppedWords, ownOutput } from './output/own-output.ts';
export type { OutputSettings } from './output/output.ts';
export { canStall } from './output/taker.ts';
export { createSyslogSink } from './log/syslog-sink.ts';
export { createEventLog, type EventLog } from './log/event-log.ts';
