import type { TunnelState } from '@holdfast/machines';

/** One input of a tunnel's machine, and what it does, as the machine would. */
export interface ScriptedInput {
  readonly event: string;
  readonly state: TunnelState;
  /** Ids of transitions, as the chart has them: a test proves that it does. */
  readonly taken: readonly string[];
  /** The active states, where they are not those of its state as a rule. */
  readonly active?: readonly string[];
  readonly sentences: readonly string[];
}

const SUSPECT = ['running', 'running.probing', 'running.probing.suspect'] as const;

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
    taken: ['running.unproven#child.ready/1'],
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
    taken: ['running.probing.asking#heartbeat.missed/2'],
    sentences: ['a probe was not answered: no answer within 1 s'],
  },
  death: {
    event: 'heartbeat.missed',
    state: 'stopping',
    taken: ['running.probing.asking#heartbeat.missed/3'],
    sentences: [
      'a probe was not answered: no answer within 1 s',
      'ssh is ended: it carries no traffic',
    ],
  },
  doubt: {
    event: 'heartbeat.missed',
    state: 'probing',
    taken: [
      'running.probing.asking#heartbeat.missed/1',
      'running.probing.suspect.choosing#always/3',
    ],
    active: [
      ...SUSPECT,
      'running.probing.suspect.calling',
      'running.probing.suspect.calling.asking',
    ],
    sentences: [
      'a probe was not answered: no answer within 1 s',
      'the connection is suspect: ssh is kept, and asked again',
    ],
  },
  challenge: {
    event: 'challenger.granted',
    state: 'probing',
    taken: ['running.probing.suspect.calling.asking#challenger.granted/0'],
    active: [
      ...SUSPECT,
      'running.probing.suspect.calling',
      'running.probing.suspect.calling.trying',
    ],
    sentences: [],
  },
  outvote: {
    event: 'child.ready',
    state: 'probing',
    taken: ['running.probing.suspect.calling#child.ready/1'],
    active: [...SUSPECT, 'running.probing.suspect.outvoted'],
    sentences: [
      'the second ssh has logged in, so the path works; the old one has 3 s left to answer',
    ],
  },
  giveUp: {
    event: 'after silentGrace',
    state: 'stopping',
    taken: ['running.probing.suspect.outvoted#after silentGrace/0'],
    sentences: ['ssh is ended: it carries no traffic'],
  },
  switch: {
    event: 'child.exited',
    state: 'connecting',
    taken: ['running.stopping#child.exited/3'],
    sentences: ['ssh ended by SIGTERM', 'the second ssh took over (pid 4712)'],
  },
  ended: {
    event: 'child.exited',
    state: 'backoff',
    taken: ['running.stopping#child.exited/4'],
    sentences: ['ssh ended by SIGTERM', 'the next start is in 10.6 s'],
  },
  refused: {
    event: 'child.exited',
    state: 'backoff',
    taken: ['running#child.exited/2'],
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
    taken: ['running.stopping#child.exited/1'],
    sentences: ['ended: it was told to stop'],
  },
  gaveUp: {
    event: 'child.exited',
    state: 'failed',
    taken: ['running#child.exited/4'],
    sentences: ['gave up: the key of the host has changed'],
  },
} as const satisfies Readonly<Record<string, ScriptedInput>>;

export type InputName = keyof typeof INPUTS;

/** The active states behind the one name. */
export const ACTIVE: Readonly<Record<TunnelState, readonly string[]>> = {
  gating: ['running', 'running.unproven', 'running.unproven.gating'],
  connecting: ['running', 'running.unproven', 'running.unproven.connecting'],
  healthy: ['running', 'running.healthy'],
  probing: ['running', 'running.probing', 'running.probing.asking'],
  backoff: ['backoff', 'backoff.waiting'],
  stopping: ['running', 'running.stopping', 'running.stopping.terminating'],
  stopped: ['stopped'],
  failed: ['failed'],
};
