export { isBeyondLoopback } from './beyond-loopback.ts';
export {
  FORWARD_SHAPES,
  parseAddress,
  parseForward,
  type Forward,
  type ForwardEnds,
  type ForwardKind,
  type Listen,
  type Target,
} from './forward.ts';
export type { Reading } from './reading.ts';
