import type {
  FleetChanges,
  FleetEvent,
  FleetStatus,
  OpenedForward,
  SuspectStatus,
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
  required: true,
  state: 'backoff',
  since: '2026-01-31T12:00:00.000Z',
  isHealthy: false,
  suspect: null,
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

const SUSPECT: SuspectStatus = {
  since: '2026-01-31T12:00:00.000Z',
  isLasting: false,
  challenger: 'trying',
  until: '2026-01-31T12:05:01.000Z',
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
  SuspectStatus: SUSPECT,
  FleetEvent: EVENT,
  FleetChanges: CHANGES,
  OpenedForward: OPENED,
};

/** The one whose greater part is another example. */
export const WHY_EXAMPLE: Omit<WhyReport, 'status'> = {
  sentences: ['db has been down for 1 s: no ssh runs.', 'The next start is due in 1 s.'],
  history: [{ at: '2026-01-31T12:00:00.000Z', sentence: 'ssh ended with status 255' }],
};

type OptionalKeys<T> = { [K in keyof T]-?: object extends Pick<T, K> ? K : never }[keyof T];
type NullableKeys<T> = { [K in keyof T]-?: null extends T[K] ? K : never }[keyof T];

/** When each key that may be absent is absent, and each that may be `null` is `null`. */
interface Lacks<T> {
  readonly absent: Readonly<Record<OptionalKeys<T>, string>>;
  readonly null: Readonly<Record<NullableKeys<T>, string>>;
}

/** What may be missing from a value of each type; the compiler asks for every key. */
export const JSON_LACKS: {
  readonly FleetStatus: Lacks<FleetStatus>;
  readonly TunnelStatus: Lacks<TunnelStatus>;
  readonly suspect: Lacks<SuspectStatus>;
  readonly failure: Lacks<NonNullable<TunnelStatus['failure']>>;
  readonly forwards: Lacks<TunnelStatus['forwards'][number]>;
  readonly targetFailures: Lacks<TunnelStatus['targetFailures'][number]>;
  readonly checks: Lacks<TunnelStatus['checks'][number]>;
  readonly FleetEvent: Lacks<FleetEvent>;
  readonly OpenedForward: Lacks<OpenedForward>;
} = {
  FleetStatus: {
    absent: { unusable: 'the supervisor can use all its files and folders' },
    null: {},
  },
  TunnelStatus: {
    absent: { unasked: 'the server is asked, or it has no heartbeat' },
    null: {
      suspect: 'its ssh answers, or is not asked',
      phase: 'the tunnel is not connecting, or the system does not tell',
      pid: 'no ssh runs',
      nextStartAt: 'no start is planned, or none by the clock',
      obstacle: 'nothing but time holds the next start back',
      failure: 'nothing went wrong, or it is forgiven after a healthy minute',
      end: 'it is neither `stopped` nor `failed`',
      roundTripMs: 'the server has not answered yet',
      answeredAt: 'the server has not answered yet',
    },
  },
  suspect: {
    absent: { obstacle: 'nothing keeps a second connection from being tried' },
    null: {},
  },
  failure: {
    absent: { remedy: 'nothing can be done about it', line: 'ssh wrote nothing about it' },
    null: {},
  },
  forwards: {
    absent: {
      problem: 'it is bound, or ssh carries no traffic',
      remedy: 'nothing can be done about it',
      port: 'it is not a remote forward with port 0, or the server has not chosen one yet',
      isOfSshConfig: 'it is not from ssh_config',
    },
    null: {},
  },
  targetFailures: {
    absent: {
      forward: 'it is not clear which forward it was',
      remedy: 'nothing can be done about it',
    },
    null: {},
  },
  checks: {
    absent: {
      forward: 'the check is about the tunnel as a whole',
      problem: 'the check passes, or was not asked yet',
    },
    null: { ok: 'it was not asked yet', at: 'it was not asked yet' },
  },
  FleetEvent: {
    absent: { repeated: 'it is the first time, or every event is told' },
    null: { tunnel: 'it concerns the whole fleet' },
  },
  OpenedForward: { absent: { port: 'the forward names its port' }, null: {} },
};
