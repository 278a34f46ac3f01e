import type { FleetStatus, TunnelStatus } from '@holdfast/engine';

/** When the samples are looked at. */
export const SAMPLE_AT = '2026-01-31T12:00:00.000Z';

function secondsBefore(seconds: number): string {
  return new Date(Date.parse(SAMPLE_AT) - seconds * 1000).toISOString();
}

/** A tunnel that is healthy for an hour, unless it is said otherwise. */
export function sampleTunnel(more: Partial<TunnelStatus> = {}): TunnelStatus {
  const { state = 'healthy', isDegraded = false } = more;
  return {
    name: 'db',
    host: 'me@bastion',
    tags: ['work'],
    after: [],
    enabled: true,
    required: true,
    state: 'healthy',
    since: secondsBefore(3600),
    isHealthy: (state === 'healthy' || state === 'probing') && !isDegraded,
    suspect: null,
    isDegraded: false,
    needsAttention: false,
    phase: null,
    pid: 4711,
    starts: 1,
    nextStartAt: null,
    obstacle: null,
    failure: null,
    end: null,
    heartbeat: 'mux',
    roundTripMs: 12.4,
    answeredAt: secondsBefore(2),
    forwards: [{ kind: 'local', text: '5432:db.internal:5432', isBound: true, isExtra: false }],
    targetFailures: [],
    checks: [],
    ...more,
  };
}

const AUTH_FAILURE = {
  class: 'auth',
  sentence: 'web.example refused the login as deploy',
  remedy: 'ssh-add ~/.ssh/deploy',
  at: secondsBefore(40),
  times: 3,
} as const;

const UNREACHABLE = {
  class: 'unreachable',
  sentence: 'gw.example port 22 refused the connection',
  at: secondsBefore(3),
  times: 1,
} as const;

/** One tunnel of each kind that the table shows differently. */
export const SAMPLE_STATUS: FleetStatus = {
  at: SAMPLE_AT,
  tunnels: [
    sampleTunnel(),
    sampleTunnel({
      name: 'web-frontend-of-the-shop',
      host: 'deploy@web.example',
      state: 'backoff',
      since: secondsBefore(40),
      needsAttention: true,
      pid: null,
      starts: 4,
      nextStartAt: secondsBefore(-80),
      failure: AUTH_FAILURE,
      roundTripMs: null,
      forwards: [
        { kind: 'local', text: '8080:localhost:80', isBound: false, isExtra: false },
        { kind: 'remote', text: '9000:localhost:9000', isBound: false, isExtra: false },
      ],
    }),
    sampleTunnel({
      name: 'gw',
      host: 'gw',
      state: 'backoff',
      since: secondsBefore(3),
      pid: null,
      nextStartAt: secondsBefore(-12),
      failure: UNREACHABLE,
      roundTripMs: null,
      forwards: [{ kind: 'socks', text: '1080', isBound: false, isExtra: false }],
    }),
    sampleTunnel({
      name: 'behind',
      host: 'inner',
      state: 'backoff',
      since: secondsBefore(90),
      pid: null,
      starts: 0,
      obstacle: { kind: 'tunnels', names: ['gw'] },
      roundTripMs: null,
      forwards: [],
    }),
    sampleTunnel({
      name: 'shop',
      host: 'shop',
      isDegraded: true,
      checks: [
        {
          question: 'http http://127.0.0.1:8081/health',
          ok: false,
          problem: 'the answer was 503',
          at: SAMPLE_AT,
        },
      ],
      forwards: [{ kind: 'local', text: '8081:localhost:80', isBound: true, isExtra: false }],
    }),
    sampleTunnel({
      name: 'quiet',
      host: 'quiet',
      state: 'probing',
      since: secondsBefore(3),
      isHealthy: false,
      suspect: {
        since: secondsBefore(8),
        isLasting: true,
        challenger: 'trying',
        until: secondsBefore(-292),
      },
      forwards: [],
    }),
    sampleTunnel({
      name: 'new',
      host: 'new',
      state: 'connecting',
      since: secondsBefore(1),
      phase: 'authenticating',
      roundTripMs: null,
      forwards: [],
    }),
    sampleTunnel({
      name: 'old',
      host: 'old',
      state: 'failed',
      since: secondsBefore(200_000),
      pid: null,
      end: 'it was started 10 times, which is its maximum',
      roundTripMs: null,
      forwards: [],
    }),
  ],
};
