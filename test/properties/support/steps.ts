import type { SteppedTunnel } from './stepped-tunnel.ts';
import type { TunnelModel } from './tunnel-model.ts';

/** One thing that happens to a tunnel: a word, and what belongs to it. */
export type Step =
  | { readonly do: 'spawn' | 'refuseToRun' | 'refuseForward' }
  | { readonly do: 'exit'; readonly how: number | string }
  | { readonly do: 'answer' | 'miss' | 'findImpossible' }
  | { readonly do: 'stop' | 'restart' | 'retry' | 'changeNetwork' }
  | { readonly do: 'advance'; readonly ms: number };

/** Whether the outside world can do this now: an ssh that does not run cannot exit. */
export function isPossible(step: Step, model: TunnelModel): boolean {
  switch (step.do) {
    case 'spawn':
    case 'refuseToRun':
      return model.hasChild && !model.isSpawned;
    case 'exit':
      return model.hasChild && model.isSpawned;
    case 'answer':
    case 'miss':
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
      return model.exit(step.how);
    case 'advance':
      return model.advance(step.ms);
    default:
      return model[step.do]();
  }
}

/** Makes it happen to the machine. */
export function stepTunnel(step: Step, tunnel: SteppedTunnel): void {
  switch (step.do) {
    case 'exit':
      return tunnel.exit(step.how);
    case 'advance':
      return tunnel.advance(step.ms);
    case 'spawn':
    case 'refuseToRun':
    case 'refuseForward':
      return tunnel[step.do]();
    case 'answer':
      return tunnel.beat({ type: 'heartbeat.answered' });
    case 'miss':
      return tunnel.beat({ type: 'heartbeat.missed', reason: 'no answer' });
    case 'findImpossible':
      return tunnel.beat({ type: 'heartbeat.impossible', reason: 'no such channel' });
    case 'stop':
    case 'restart':
    case 'retry':
      return tunnel.send({ type: `tunnel.${step.do}` });
    case 'changeNetwork':
      return tunnel.send({ type: 'network.changed' });
  }
}
