import type { TunnelState } from '@holdfast/machines';

/** One input of a tunnel's machine, and what it does, as the machine would. */
export interface ScriptedInput {
  readonly event: string;
  readonly state: TunnelState;
  /** Ids of transitions, as the chart has them: a test proves that it does. */
  readonly taken: readonly string[];
  readonly sentences: readonly string[];
}

/** The inputs of which the stories of these tests are made. */
export const INPUTS = {
  add: { event: 'xstate.init', state: 'backoff', taken: [], sentences: [] },
  grant: {
    event: 'start.granted',
    state: 'connecting',
    taken: ['backoff.asking#start.granted/0', 'running.unproven.gating#always/0'],
    sentences: ['starting ssh'],
  },
  ready: {
    event: 'child.ready',
    state: 'probing',
    taken: ['running.unproven#child.ready/0'],
    sentences: ['ssh has logged in'],
  },
  poll: {
    event: 'after pollTime',
    state: 'probing',
    taken: ['running.healthy#after pollTime/0'],
    sentences: [],
  },
  answer: {
    event: 'heartbeat.answered',
    state: 'healthy',
    taken: ['running.probing#heartbeat.answered/0'],
    sentences: [],
  },
  miss: {
    event: 'heartbeat.missed',
    state: 'probing',
    taken: ['running.probing#heartbeat.missed/0'],
    sentences: ['a probe was not answered: no answer within 1 s'],
  },
  death: {
    event: 'heartbeat.missed',
    state: 'stopping',
    taken: ['running.probing#heartbeat.missed/1'],
    sentences: [
      'a probe was not answered: no answer within 1 s',
      'ssh is ended: it carries no traffic',
    ],
  },
  ended: {
    event: 'child.exited',
    state: 'backoff',
    taken: ['running.stopping#child.exited/2'],
    sentences: ['ssh ended by SIGTERM', 'the next start is in 10.6 s'],
  },
  refused: {
    event: 'child.exited',
    state: 'backoff',
    taken: ['running#child.exited/0'],
    sentences: ['ssh ended with status 255: the host refused the connection'],
  },
  stop: {
    event: 'tunnel.stop',
    state: 'stopping',
    taken: ['running#tunnel.stop/0'],
    sentences: ['told to stop'],
  },
  stopped: {
    event: 'child.exited',
    state: 'stopped',
    taken: ['running.stopping#child.exited/0'],
    sentences: ['ended: it was told to stop'],
  },
  gaveUp: {
    event: 'child.exited',
    state: 'failed',
    taken: ['running#child.exited/2'],
    sentences: ['gave up: the key of the host has changed'],
  },
} as const satisfies Readonly<Record<string, ScriptedInput>>;

export type InputName = keyof typeof INPUTS;

/** The active states behind the one name. */
export const ACTIVE: Readonly<Record<TunnelState, readonly string[]>> = {
  gating: ['running', 'running.unproven', 'running.unproven.gating'],
  connecting: ['running', 'running.unproven', 'running.unproven.connecting'],
  healthy: ['running', 'running.healthy'],
  probing: ['running', 'running.probing'],
  backoff: ['backoff', 'backoff.waiting'],
  stopping: ['running', 'running.stopping', 'running.stopping.terminating'],
  stopped: ['stopped'],
  failed: ['failed'],
};
