import type {
  FleetChanges,
  FleetEvent,
  FleetStatus,
  OpenedForward,
  TunnelStatus,
  WhyReport,
} from '@holdfast/engine';

// What `--json` prints, as the page of commands shows it. The compiler keeps it true.

const TUNNEL: TunnelStatus = {
  name: 'db',
  host: 'me@bastion',
  tags: ['work'],
  after: ['jump'],
  enabled: true,
  state: 'backoff',
  since: '2026-01-31T12:00:00.000Z',
  isHealthy: false,
  isDegraded: false,
  needsAttention: false,
  phase: null,
  pid: null,
  starts: 4,
  nextStartAt: '2026-01-31T12:00:02.000Z',
  obstacle: null,
  failure: {
    class: 'unreachable',
    sentence: 'bastion port 22 refused the connection',
    remedy: 'see that sshd runs there',
    line: 'ssh: connect to host bastion port 22: Connection refused',
    at: '2026-01-31T12:00:00.000Z',
    times: 3,
  },
  end: null,
  heartbeat: 'mux',
  roundTripMs: 12.4,
  answeredAt: '2026-01-31T11:59:57.000Z',
  forwards: [{ kind: 'local', text: '5432:db.internal:5432', isBound: false, isExtra: false }],
  targetFailures: [
    {
      forward: '-L 5432:db.internal:5432',
      sentence: 'the far side could not connect to db.internal:5432: name not known',
      line: 'channel 3: open failed: connect failed: Name or service not known',
      times: 3,
      at: '2026-01-31T11:59:58.000Z',
    },
  ],
  checks: [
    {
      question: 'tcp 127.0.0.1:5432',
      ok: false,
      problem: 'it refused the connection',
      at: '2026-01-31T11:59:58.000Z',
    },
  ],
};

const STATUS: FleetStatus = { at: '2026-01-31T12:00:01.000Z', tunnels: [TUNNEL] };

const EVENT: FleetEvent = {
  id: 17,
  at: '2026-01-31T12:00:00.000Z',
  tunnel: 'db',
  level: 'info',
  sentence: 'the next start is due in 2 s',
  fact: { type: 'backoff.began', tries: 3, graceSeconds: 2 },
};

const CHANGES: FleetChanges = {
  added: ['web'],
  removed: [],
  restarted: [],
  adjusted: ['db'],
  unchanged: ['jump'],
  problems: [],
};

const OPENED: OpenedForward = { forward: '0:localhost:80', port: 40123 };

/** One example of each type, by its name. */
export const JSON_EXAMPLES: Readonly<Record<string, object>> = {
  FleetStatus: STATUS,
  FleetEvent: EVENT,
  FleetChanges: CHANGES,
  OpenedForward: OPENED,
};

/** The one whose greater part is another example. */
export const WHY_EXAMPLE: Omit<WhyReport, 'status'> = {
  sentences: ['db has been down for 1 s: no ssh runs.', 'The next start is due in 1 s.'],
  history: [{ at: '2026-01-31T12:00:00.000Z', sentence: 'ssh ended with status 255' }],
};
