import type { ForwardOrder } from '@holdfast/control/client';
import { FORWARD_SHAPES, parseForward, type ForwardKind } from '@holdfast/engine/forward';
import { forward } from '../commands/forward.ts';
import type { ContextOf } from '../body.ts';
import { usageError } from '../words/parse-words.ts';

const KINDS = ['local', 'remote', 'socks'] as const satisfies readonly ForwardKind[];

type ForwardWords = Pick<ContextOf<'forward'>, 'values' | 'operands'>;

/** The forward that the words of `holdfast forward` mean. Throws a `CommandError` `usage` for any other number than one. */
export function readForwardOrder({ values, operands }: ForwardWords): ForwardOrder {
  const [, tunnel, ...written] = operands;
  const given = [
    ...KINDS.flatMap((kind) => {
      const spec = values[kind];
      return spec === undefined ? [] : [{ kind, spec }];
    }),
    ...readWritten(written),
  ];
  const [order, ...more] = given;
  if (order === undefined)
    throw usageError(forward, 'forward needs a forward: -L, -R or -D with its SPEC');
  if (more.length > 0) throw usageError(forward, 'there is more than one forward');
  checkSpec(order);
  return { tunnel: tunnel!, ...order };
}

interface GivenForward {
  readonly kind: ForwardKind;
  readonly spec: string;
}

function readWritten([first, second]: readonly string[]): readonly GivenForward[] {
  if (first === undefined) return [];
  const kind = KINDS.find((each) => each === first);
  if (kind === undefined && second !== undefined) {
    throw usageError(forward, `"${first}" is none of ${KINDS.join(', ')}`);
  }
  if (kind === undefined) return [{ kind: 'local', spec: first }];
  return second === undefined ? [] : [{ kind, spec: second }];
}

function checkSpec({ kind, spec }: GivenForward): void {
  const reading = parseForward(kind, spec);
  if ('value' in reading) return;
  const problem = `"${spec}" ${reading.wrong}; a ${kind} forward is ${FORWARD_SHAPES[kind]}`;
  throw usageError(forward, problem);
}
