import type {
  AdjustableSettings,
  ChildExited,
  ConnectionSight,
  FailureClass,
  FailureReport,
} from '@holdfast/machines';
import type { SteppedTunnel } from './stepped-tunnel.ts';
import type { TunnelModel } from './tunnel-model.ts';

/** What is read out of the last words of an ssh, and the luck for the wait after it. */
interface Said {
  readonly failure?: FailureClass;
  readonly chance?: number;
}

/** One thing that happens to a tunnel: a word, and what belongs to it. */
export type Step =
  | { readonly do: 'spawn' | 'ready' }
  | ({ readonly do: 'exit'; readonly how: number | string } & Said)
  | ({ readonly do: 'refuseToRun' } & Said)
  | { readonly do: 'refuseForward'; readonly failure?: FailureClass }
  | { readonly do: 'answer'; readonly roundTripMs: number }
  /** Without a word of what is seen the heartbeat tells nothing, not even the time. */
  | { readonly do: 'miss'; readonly seen?: ConnectionSight | null }
  | { readonly do: 'failToSend' | 'findImpossible' }
  | { readonly do: 'grantChallenger' | 'spawnChallenger' }
  | { readonly do: 'readyChallenger'; readonly seen: ConnectionSight | null }
  | ({ readonly do: 'exitChallenger' | 'refuseChallenger' } & Said)
  | { readonly do: 'adjust'; readonly settings: Partial<AdjustableSettings> }
  | { readonly do: 'stop' | 'restart' | 'retry' | 'probeNow' | 'changeNetwork' }
  | { readonly do: 'grant' | 'changeKeys' | 'failCheck' }
  /** Without a word of what is seen nobody looked. */
  | { readonly do: 'answerAtHost'; readonly seen?: ConnectionSight | null }
  | { readonly do: 'advance'; readonly ms: number };

/** Whether the outside world can do this now: an ssh that does not run cannot exit. */
export function isPossible(step: Step, model: TunnelModel): boolean {
  switch (step.do) {
    case 'spawn':
    case 'refuseToRun':
      return model.hasChild && !model.isSpawned;
    case 'exit':
    case 'ready':
      return model.hasChild && model.isSpawned;
    case 'spawnChallenger':
    case 'refuseChallenger':
      return model.doubt.challenger?.isSpawned === false;
    case 'readyChallenger':
      return model.doubt.challenger?.isSpawned === true && !model.doubt.challenger.hasLoggedIn;
    case 'exitChallenger':
      return model.doubt.challenger?.isSpawned === true;
    case 'answer':
    case 'miss':
    case 'failToSend':
    case 'findImpossible':
    case 'refuseForward':
      return model.hasChild;
    default:
      return true;
  }
}

/** Tells the model what happened. */
export function stepModel(step: Step, model: TunnelModel): void {
  switch (step.do) {
    case 'exit':
      return model.exit(step.how, step.failure, step.chance);
    case 'refuseToRun':
      return model.refuseToRun(step.failure, step.chance);
    case 'refuseForward':
      return model.refuseForward(step.failure);
    case 'answer':
      return model.answer(step.roundTripMs);
    case 'advance':
      return model.advance(step.ms);
    case 'miss':
      return model.miss(step.seen);
    case 'answerAtHost':
      return model.answerAtHost(step.seen);
    case 'grantChallenger':
      return model.doubt.grant();
    case 'spawnChallenger':
      return model.doubt.spawnChallenger();
    case 'readyChallenger':
      return model.readyChallenger(step.seen);
    case 'exitChallenger':
    case 'refuseChallenger':
      return model.doubt.loseChallenger(model.nowMs, step.failure, step.chance ?? 0.5);
    case 'adjust':
      return model.adjust(step.settings);
    default:
      return model[step.do]();
  }
}

/** Makes it happen to the machine. */
export function stepTunnel(step: Step, tunnel: SteppedTunnel): void {
  switch (step.do) {
    case 'exit':
      return tunnel.exit(step.how, evidenceOf(step));
    case 'refuseToRun':
      return tunnel.refuseToRun('no such program', evidenceOf(step));
    case 'refuseForward':
      return tunnel.refuseForward(evidenceOf(step).failure);
    case 'advance':
      return tunnel.advance(step.ms);
    case 'spawn':
    case 'ready':
      return tunnel[step.do]();
    case 'answer':
      return tunnel.answer(step.roundTripMs);
    case 'miss':
      if (step.seen !== undefined) return tunnel.miss(step.seen);
      return tunnel.beat({ type: 'heartbeat.missed', reason: 'no answer' });
    case 'grantChallenger':
      return tunnel.send({ type: 'challenger.granted' });
    case 'spawnChallenger':
      return tunnel.spawnChallenger();
    case 'readyChallenger':
      return tunnel.readyChallenger(step.seen);
    case 'exitChallenger':
      return tunnel.exitChallenger(255, evidenceOf(step));
    case 'refuseChallenger':
      return tunnel.refuseChallenger(evidenceOf(step));
    case 'adjust':
      return tunnel.send({ type: 'settings.changed', settings: step.settings });
    case 'failToSend':
      return tunnel.beat({ type: 'heartbeat.unsent', reason: 'too many open files' });
    case 'findImpossible':
      return tunnel.beat({ type: 'heartbeat.impossible', reason: 'no such channel' });
    case 'stop':
    case 'restart':
    case 'retry':
      return tunnel.send({ type: `tunnel.${step.do}` });
    case 'probeNow':
      return tunnel.send({ type: 'tunnel.probe' });
    case 'changeNetwork':
      return tunnel.send({ type: 'network.changed' });
    case 'grant':
      return tunnel.send({ type: 'start.granted' });
    case 'answerAtHost':
      return tunnel.answerAtHost(step.seen);
    case 'changeKeys':
      return tunnel.send({ type: 'credentials.changed' });
    case 'failCheck':
      return tunnel.send({ type: 'check.failed', reason: 'the page did not come' });
  }
}

/** The report on a failure of a class: a sentence of its own, so that no two are mixed up. */
export function reportOf(name: FailureClass): FailureReport {
  return { class: name, sentence: `it looked ${name}` };
}

function evidenceOf({ failure, chance }: Said): Pick<ChildExited, 'failure' | 'chance'> {
  return {
    ...(failure === undefined ? {} : { failure: reportOf(failure) }),
    ...(chance === undefined ? {} : { chance }),
  };
}
