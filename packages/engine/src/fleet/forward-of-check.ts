import type { Forward } from '../forward/forward.ts';
import type { Check, CheckQuestion } from './tunnel-spec.ts';

/** The forward that a check speaks through: the one that it names, the one at whose address it asks, or the only one. */
export function forwardOfCheck(
  { forward: named, question }: Pick<Check, 'forward' | 'question'>,
  forwards: readonly Forward[],
): Forward | undefined {
  if (named !== undefined) return forwards.find(({ text }) => text === named);
  const here = forwards.filter(({ kind }) => kind !== 'remote');
  const asked = here.filter(({ listen }) => isAt(listen, question));
  return asked[0] ?? (question.kind === 'command' && here.length === 1 ? here[0] : undefined);
}

function isAt(listen: Forward['listen'], question: CheckQuestion): boolean {
  switch (question.kind) {
    case 'tcp': {
      const { address } = question;
      if (listen.kind === 'unix') return address.kind === 'unix' && address.path === listen.path;
      return address.kind === 'tcp' && address.port === listen.port;
    }
    case 'http':
      return listen.kind === 'tcp' && portOf(question.url) === listen.port;
    case 'command':
      return false;
  }
}

function portOf(url: string): number | undefined {
  if (!URL.canParse(url)) return undefined;
  const { port, protocol } = new URL(url);
  if (port !== '') return Number(port);
  return protocol === 'https:' ? 443 : 80;
}
