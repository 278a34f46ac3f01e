import type { ForwardOrder } from '@holdfast/control/client';
import type { OpenedForward } from '@holdfast/engine';
import { HOLDFAST_EXIT } from '../../exit-codes.ts';
import type { ContextOf } from '../body.ts';
import { formatForwardOption } from '../status/forward-option.ts';
import { say, sayJson } from '../terminal/say.ts';
import { readForwardOrder } from './forward-order.ts';
import { askSupervisor } from './supervisor.ts';

export async function runForward(context: ContextOf<'forward'>): Promise<number> {
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
