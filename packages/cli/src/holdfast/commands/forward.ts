import type { ForwardOrder } from '@holdfast/control/client';
import type { OpenedForward } from '@holdfast/engine';
import { FORWARD_SHAPES, parseForward, type ForwardKind } from '@holdfast/engine/forward';
import { listChoices } from '@holdfast/text';
import { HOLDFAST_EXIT } from '../../exit-codes.ts';
import { askSupervisor } from '../client/ask-supervisor.ts';
import {
  defineCommand,
  DONE,
  HELP_OPTION,
  JSON_OPTION,
  NAME,
  NOT_DONE,
  NOT_RUNNING,
  SAME_CONFIG_OPTION,
  UNREACHABLE,
  USAGE,
} from '../command-line/command.ts';
import { usageError } from '../command-line/parse-words.ts';
import type { ContextOf } from '../context.ts';
import { formatForwardOption } from '../status/forward-option.ts';
import { say, sayJson } from '../terminal/say.ts';

export const forward = defineCommand({
  name: 'forward',
  summary: 'open or close a forward of a running tunnel, without a reconnect',
  about: [
    "SPEC is as ssh's -L, -R or -D takes it. Without an option it is a local one; the word local, remote or socks may stand before it.",
    'A forward that was added stays through restarts of the tunnel until it is removed or the supervisor ends. To keep it, write it into the tunnels file.',
  ],
  operands: [
    { label: 'DO', kind: 'text', choices: ['add', 'remove'] },
    NAME,
    { label: 'KIND', kind: 'text', isOptional: true },
    { label: 'SPEC', kind: 'text', isOptional: true },
  ],
  options: {
    local: { short: 'L', takes: 'SPEC', summary: 'a port or socket here that leads there' },
    remote: { short: 'R', takes: 'SPEC', summary: 'a port or socket there that leads here' },
    socks: { short: 'D', takes: 'SPEC', summary: 'a port here that is a SOCKS proxy' },
    ...SAME_CONFIG_OPTION,
    ...JSON_OPTION,
    ...HELP_OPTION,
  },
  examples: [
    { line: 'holdfast forward add gw -L 8080:web:80', does: 'port 8080 here leads to web' },
    { line: 'holdfast forward add gw remote 0:localhost:80', does: 'the server chooses a port' },
    { line: 'holdfast forward remove gw -L 8080:web:80', does: 'close it again' },
  ],
  exits: [DONE, NOT_DONE, USAGE, NOT_RUNNING, UNREACHABLE],
  json: 'the `OpenedForward`',
});

export async function runForward(context: ContextOf<typeof forward>): Promise<number> {
  const { values, operands, terminal } = context;
  const order = readForwardOrder(context);
  const isOpening = operands[0] === 'add';
  const done = await askSupervisor(context, (client) =>
    isOpening ? client.addForward(order) : client.removeForward(order),
  );
  if (values.json === true) sayJson(terminal, done);
  else say(terminal, isOpening ? openedSentence(order, done) : closedSentence(order));
  return HOLDFAST_EXIT.ok;
}

function openedSentence({ tunnel, kind, spec }: ForwardOrder, { port }: OpenedForward): string {
  const chosen = port === undefined ? '' : `; the server chose port ${port}`;
  return `${tunnel}: ${formatForwardOption({ kind, text: spec })} is open${chosen}`;
}

function closedSentence({ tunnel, kind, spec }: ForwardOrder): string {
  return `${tunnel}: ${formatForwardOption({ kind, text: spec })} is closed`;
}

const KINDS = ['local', 'remote', 'socks'] as const satisfies readonly ForwardKind[];

type ForwardWords = Pick<ContextOf<typeof forward>, 'values' | 'operands'>;

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
  if (order === undefined) throw usageError(forward, 'missing SPEC: give one with -L, -R or -D');
  if (more.length > 0) throw usageError(forward, 'only one forward at a time');
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
    throw usageError(forward, `KIND must be ${listChoices(KINDS)}, not "${first}"`);
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
