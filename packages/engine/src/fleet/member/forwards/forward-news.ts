import type { Forward } from '../../../forward/forward.ts';
import { formatForward } from '../../../forward/format-forward.ts';
import type { ForwardOwner } from './known-forward.ts';

/** Whatever is about one forward. */
interface OfForward {
  readonly forward: Forward;
}

/** What is told of the forwards of a tunnel. A class, for the same reason as their keeper. */
export class ForwardNews {
  readonly #owner: Pick<ForwardOwner, 'tell'>;

  constructor(owner: Pick<ForwardOwner, 'tell'>) {
    this.#owner = owner;
  }

  /** The server has chosen a port; of forwards that name theirs there is nothing to tell. */
  port({ text }: Forward, port: number | undefined): void {
    if (port !== undefined) this.#owner.tell({ type: 'forward.opened', forward: text, port });
  }

  lost(forwards: readonly OfForward[]): void {
    if (forwards.length > 0)
      this.#owner.tell({ type: 'forwards.lost', forwards: textsOf(forwards) });
  }

  restored(forwards: readonly OfForward[], wereThere: boolean): void {
    if (forwards.length === 0) return;
    this.#owner.tell({ type: 'forwards.restored', forwards: textsOf(forwards), wereThere });
  }

  missing(forward: Forward, problem: string): void {
    this.#owner.tell({ type: 'forward.failed', forward: formatForward(forward), problem });
  }
}

function textsOf(forwards: readonly OfForward[]): readonly string[] {
  return forwards.map(({ forward }) => formatForward(forward));
}
